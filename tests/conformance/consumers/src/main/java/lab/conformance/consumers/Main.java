package lab.conformance.consumers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * Makes a consumer of the properties in each line and says what came of it.
 *
 * <p>The first line that it prints says which releases of Kafka and Java answer, and which
 * properties with which types the consumer has. Then each line gets {@code {"id", "accepted",
 * "errors"}}; errors are the exception and its causes, outermost first. No broker is contacted: a
 * consumer that could be made is closed at once.
 */
public final class Main {
    /** How long closing may keep the next line waiting. */
    private static final long CLOSE_MS = 40;

    private final ObjectMapper json = new ObjectMapper();
    private final PrintWriter answers =
            new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));

    private Main() {
        // What login modules print must not come between the answers.
        System.setOut(System.err);
    }

    /** Starts to answer; ends with the input. */
    public static void main(String[] args) throws Exception {
        new Main().run();
        // Threads of consumers that are still closing don't matter any more.
        Runtime.getRuntime().halt(0);
    }

    private void run() throws IOException, InterruptedException {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        print(introduction());
        answers.flush();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            print(answer(json.readTree(line)));
            if (!input.ready()) {
                answers.flush();
            }
        }
        answers.flush();
    }

    private void print(ObjectNode line) throws IOException {
        answers.println(json.writeValueAsString(line));
    }

    private ObjectNode introduction() {
        ObjectNode introduction = json.createObjectNode();
        introduction.put("kafka", AppInfoParser.getVersion());
        introduction.put("java", System.getProperty("java.version"));
        ObjectNode properties = introduction.putObject("properties");
        new TreeMap<>(ConsumerConfig.configDef().configKeys())
                .forEach((name, key) -> properties.put(name, key.type.name()));
        return introduction;
    }

    private ObjectNode answer(JsonNode line) throws InterruptedException {
        Properties properties = new Properties();
        line.get("config").fields()
                .forEachRemaining(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
        ObjectNode answer = json.createObjectNode();
        answer.set("id", line.get("id"));
        ArrayNode errors = json.createArrayNode();
        try {
            close(new KafkaConsumer<>(properties));
        } catch (Exception | LinkageError thrown) {
            for (Throwable error = thrown; error != null; error = error.getCause()) {
                ObjectNode node = errors.addObject();
                node.put("class", error.getClass().getSimpleName());
                node.put("message", error.getMessage());
            }
        }
        answer.put("accepted", errors.isEmpty());
        answer.set("errors", errors);
        return answer;
    }

    private static void close(KafkaConsumer<Object, Object> consumer) throws InterruptedException {
        Thread closing = new Thread(() -> consumer.close(Duration.ZERO));
        closing.setDaemon(true);
        closing.setUncaughtExceptionHandler((thread, error) -> { });
        closing.start();
        closing.join(CLOSE_MS);
    }
}
