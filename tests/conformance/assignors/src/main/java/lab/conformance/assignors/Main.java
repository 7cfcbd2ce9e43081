package lab.conformance.assignors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * Answers cases, a line of JSON each, in the order in which they come.
 *
 * <p>The first line that it prints says which releases of Kafka and Java answer and which assignors
 * there are. Then each case gets {@code {"id", "assignment"}}, {@code {"id", "throws"}} with the
 * simple name of the exception, or {@code {"id", "hangs": true}} if there is no result after the
 * case's {@code timeout_ms} (20 s unless it says otherwise). A thread that hangs cannot be ended, so
 * the program ends itself after the last; whoever asks starts it again.
 */
public final class Main {
    private static final long TIMEOUT_MS = 20_000;

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Assignors> byName = new LinkedHashMap<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        // The stack is deep enough for every recursion that an assignor could have.
        Thread thread = new Thread(null, task, "assignor", 64L << 20);
        thread.setDaemon(true);
        return thread;
    });

    private Main() throws ReflectiveOperationException {
        for (Assignors assignors : families()) {
            assignors.names().forEach(name -> byName.put(name, assignors));
        }
    }

    /** Starts to answer; ends with the input. */
    public static void main(String[] args) throws Exception {
        new Main().run();
    }

    private static List<Assignors> families() throws ReflectiveOperationException {
        List<Assignors> families = new ArrayList<>();
        families.add(new ClientAssignors());
        try {
            // Compiled only where the release has a group coordinator in Java.
            Class<?> server = Class.forName("lab.conformance.assignors.server.ServerAssignors");
            families.add((Assignors) server.getDeclaredConstructor().newInstance());
        } catch (ClassNotFoundException absent) {
            // A release before 4.0.
        }
        return families;
    }

    private void run() throws IOException, InterruptedException {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        BufferedWriter output =
                new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        print(output, introduction());
        output.flush();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.isBlank()) {
                continue;
            }
            ObjectNode answer = answer((ObjectNode) json.readTree(line));
            print(output, answer);
            boolean hangs = answer.has("hangs");
            if (hangs || !input.ready()) {
                output.flush();
            }
            if (hangs) {
                return;
            }
        }
        output.flush();
    }

    private ObjectNode introduction() {
        ObjectNode introduction = json.createObjectNode();
        introduction.put("kafka", AppInfoParser.getVersion());
        introduction.put("java", System.getProperty("java.version"));
        byName.keySet().forEach(introduction.putArray("assignors")::add);
        return introduction;
    }

    private void print(BufferedWriter output, ObjectNode line) throws IOException {
        output.write(json.writeValueAsString(line));
        output.write('\n');
    }

    private ObjectNode answer(ObjectNode request) throws InterruptedException {
        ObjectNode answer = json.createObjectNode();
        answer.set("id", request.has("id") ? request.get("id") : request.get("case"));
        Assignors assignors = byName.get(request.path("assignor").asText());
        if (assignors == null) {
            return answer.put("absent", true);
        }
        Future<ObjectNode> result = worker.submit(() -> assignors.answer(request));
        try {
            long timeout = request.path("timeout_ms").asLong(TIMEOUT_MS);
            answer.set("assignment", result.get(timeout, TimeUnit.MILLISECONDS));
        } catch (ExecutionException failure) {
            answer.put("throws", failure.getCause().getClass().getSimpleName());
        } catch (TimeoutException late) {
            answer.put("hangs", true);
        }
        return answer;
    }
}
