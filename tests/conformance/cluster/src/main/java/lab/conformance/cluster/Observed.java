package lab.conformance.cluster;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** One event as a line of JSON: {@code {"t":EPOCH_MS,"event":NAME,…}}. */
final class Observed {
    private final StringBuilder line = new StringBuilder();

    Observed(String event) {
        line.append("{\"t\":").append(System.currentTimeMillis());
        with("event", event);
    }

    Observed with(String name, String value) {
        line.append(",\"").append(name).append("\":").append(quoted(value));
        return this;
    }

    Observed with(String name, long value) {
        line.append(",\"").append(name).append("\":").append(value);
        return this;
    }

    Observed with(String name, Collection<TopicPartition> partitions) {
        var list = partitions.stream()
                .sorted(Observed::inOrder)
                .map(Observed::place)
                .map(Observed::quoted)
                .collect(Collectors.joining(",", "[", "]"));
        line.append(",\"").append(name).append("\":").append(list);
        return this;
    }

    /** First and last offset of each partition. */
    Observed with(String name, Map<TopicPartition, long[]> offsets) {
        var list = offsets.entrySet().stream()
                .map(e -> quoted(place(e.getKey())) + ":[" + e.getValue()[0] + "," + e.getValue()[1] + "]")
                .collect(Collectors.joining(",", "{", "}"));
        line.append(",\"").append(name).append("\":").append(list);
        return this;
    }

    void print() {
        // One write, so that lines of different threads don't mix.
        System.out.print(line.append("}\n"));
        System.out.flush();
    }

    static int inOrder(TopicPartition a, TopicPartition b) {
        int topics = a.topic().compareTo(b.topic());
        return topics != 0 ? topics : Integer.compare(a.partition(), b.partition());
    }

    private static String place(TopicPartition partition) {
        return partition.topic() + ":" + partition.partition();
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
