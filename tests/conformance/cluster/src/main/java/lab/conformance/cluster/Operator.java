package lab.conformance.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Creates, grows and deletes topics and produces into them: {@code Operator BOOTSTRAP}.
 *
 * <p>Commands: {@code create TOPIC PARTITIONS}, {@code grow TOPIC PARTITIONS}, {@code delete TOPIC},
 * {@code produce TOPIC PARTITIONS PER_SECOND SECONDS}. Each is answered with {@code done COMMAND} or
 * {@code failed COMMAND: REASON}; a produce command when it has begun. {@code ready} comes first.
 */
public final class Operator {
    private static final String WARM_UP = "warm-up";

    private Operator() {}

    public static void main(String[] args) throws Exception {
        var commands = new Commands(() -> {});
        var properties = new Properties();
        properties.put("bootstrap.servers", args[0]);
        properties.put("key.serializer", ByteArraySerializer.class.getName());
        properties.put("value.serializer", ByteArraySerializer.class.getName());
        properties.put("linger.ms", "0");
        try (var admin = Admin.create(properties);
                var producer = new KafkaProducer<byte[], byte[]>(properties)) {
            create(admin, WARM_UP, 1);
            producer.send(new ProducerRecord<>(WARM_UP, 0, null, new byte[8])).get();
            admin.deleteTopics(List.of(WARM_UP)).all().get();
            System.out.println("ready");
            while (true) {
                var line = commands.take();
                try {
                    run(admin, producer, line.split(" "));
                    System.out.println("done " + line);
                } catch (ExecutionException | RuntimeException e) {
                    System.out.println("failed " + line + ": " + e.getMessage());
                }
            }
        }
    }

    private static void run(Admin admin, KafkaProducer<byte[], byte[]> producer, String[] words)
            throws ExecutionException, InterruptedException {
        var topic = words[1];
        switch (words[0]) {
            case "create" -> create(admin, topic, Integer.parseInt(words[2]));
            case "grow" -> {
                var partitions = NewPartitions.increaseTo(Integer.parseInt(words[2]));
                admin.createPartitions(Map.of(topic, partitions)).all().get();
            }
            case "delete" -> admin.deleteTopics(List.of(topic)).all().get();
            case "produce" -> produce(
                    producer,
                    topic,
                    Integer.parseInt(words[2]),
                    Integer.parseInt(words[3]),
                    Integer.parseInt(words[4]));
            default -> throw new IllegalArgumentException("unknown command");
        }
    }

    private static void create(Admin admin, String topic, int partitions)
            throws ExecutionException, InterruptedException {
        var created = new NewTopic(topic, Optional.of(partitions), Optional.empty());
        admin.createTopics(List.of(created)).all().get();
    }

    /** Sends one record to each partition at even steps, in a thread of its own. */
    private static void produce(
            KafkaProducer<byte[], byte[]> producer,
            String topic,
            int partitions,
            int perSecond,
            int seconds) {
        long begin = System.nanoTime();
        var thread = new Thread(() -> {
            try {
                for (int n = 0; n < perSecond * seconds; n++) {
                    long due = begin + n * 1_000_000_000L / perSecond;
                    long wait = (due - System.nanoTime()) / 1_000_000;
                    if (wait > 0) {
                        Thread.sleep(wait);
                    }
                    for (int partition = 0; partition < partitions; partition++) {
                        producer.send(new ProducerRecord<>(topic, partition, null, new byte[8]));
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "produce " + topic);
        thread.setDaemon(true);
        thread.start();
    }
}
