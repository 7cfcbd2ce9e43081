import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;

/**
 * Prints random runs over a java.util.HashMap, one JSON array of steps per line:
 * java JavaHashMapRuns.java [RUNS] > java-hashmap.jsonl
 */
public class JavaHashMapRuns {
    public static void main(String[] args) {
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 30;
        for (int seed = 0; seed < runs; seed++) {
            System.out.println(run(new Random(seed), seed % 4));
        }
    }

    private static String run(Random random, int kind) {
        HashMap<String, Integer> map = new HashMap<>();
        List<String> steps = new ArrayList<>();
        int length = 20 + random.nextInt(150);
        int insertions = 40 + random.nextInt(50);
        for (int step = 0; step < length; step++) {
            if (random.nextInt(60) == 0) {
                int modulus = 2 + random.nextInt(3);
                int rest = random.nextInt(modulus);
                map.values().removeIf(value -> value % modulus == rest);
                steps.add("{\"remove_values\":[" + modulus + "," + rest + "]}");
            } else if (random.nextInt(100) < insertions) {
                String key = key(random, kind);
                if (random.nextInt(3) == 0) {
                    int value = step;
                    map.computeIfAbsent(key, absent -> value);
                    steps.add("{\"compute_if_absent\":[\"" + key + "\"," + step + "]}");
                } else {
                    map.put(key, step);
                    steps.add("{\"put\":[\"" + key + "\"," + step + "]}");
                }
            } else {
                String key = key(random, kind);
                if (!map.isEmpty() && random.nextBoolean()) {
                    key = new ArrayList<>(map.keySet()).get(random.nextInt(map.size()));
                }
                map.remove(key);
                steps.add("{\"remove\":\"" + key + "\"}");
            }
            if (step % 7 == 0 || step == length - 1) {
                String keys = map.isEmpty() ? "" : "\"" + String.join("\",\"", map.keySet()) + "\"";
                steps.add("{\"order\":[" + keys + "]}");
            }
        }
        return "[" + String.join(",", steps) + "]";
    }

    /** 0: all hashes equal; 1: four hashes; 2: ordinary; 3: half ordinary, half colliding. */
    private static String key(Random random, int kind) {
        if (kind == 2 || kind == 3 && random.nextBoolean()) {
            return "consumer-" + random.nextInt(300);
        }
        StringBuilder key = new StringBuilder();
        for (int pair = 0; pair < 5; pair++) {
            key.append(random.nextBoolean() ? "Aa" : "BB");
        }
        return kind == 1 ? key.append((char) ('a' + random.nextInt(4))).toString() : key.toString();
    }
}
