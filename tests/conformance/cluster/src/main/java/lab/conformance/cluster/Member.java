package lab.conformance.cluster;

import java.io.StringReader;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * A member of the group: {@code Member SUBSCRIPTION PROPERTIES}. The subscription is a list of topics
 * with commas or a regular expression between slashes; the properties are lines {@code key=value}.
 *
 * <p>Loads what a consumer needs, prints {@code ready} and waits for the line {@code go}. Then the
 * application: poll for 100 ms, do what the commands say, commit what was read. Commands:
 * {@code slow MS}, {@code subscribe SUBSCRIPTION}, {@code close leave|remain|default}. What the
 * application sees is printed as lines of JSON, see {@link Observed}.
 */
public final class Member {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Commands commands = new Commands(() -> {});
    private final Properties properties;
    private final boolean commits;

    private Member(Properties properties) {
        this.properties = properties;
        this.commits = "false".equals(properties.getProperty("enable.auto.commit"));
    }

    public static void main(String[] args) throws Exception {
        var properties = new Properties();
        properties.load(new StringReader(args[1]));
        var member = new Member(properties);
        member.warmUp();
        System.out.println("ready");
        if (!member.commands.take().equals("go")) {
            throw new IllegalArgumentException("expected go");
        }
        member.live(args[0]);
        // Not by returning: threads of a consumer that failed to close mustn't hold the process.
        System.exit(0);
    }

    /** Joins, reads and leaves with a consumer of another group, so that its classes are loaded. */
    private void warmUp() {
        var warm = new Properties();
        warm.putAll(properties);
        warm.remove("group.instance.id");
        warm.put("client.id", "warm-up");
        warm.put("group.id", "warm-up-" + UUID.randomUUID());
        warm.put("session.timeout.ms", "30000");
        warm.put("heartbeat.interval.ms", "500");
        warm.put("max.poll.interval.ms", "30000");
        if ("consumer".equals(warm.getProperty("group.protocol"))) {
            warm.remove("session.timeout.ms");
            warm.remove("heartbeat.interval.ms");
        }
        long end = System.currentTimeMillis() + 30_000;
        var assigned = new boolean[1];
        try (var consumer = new KafkaConsumer<byte[], byte[]>(warm)) {
            // The one topic that every cluster has and that no pattern matches.
            consumer.subscribe(List.of("__consumer_offsets"), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    assigned[0] = !partitions.isEmpty();
                    consumer.groupMetadata();
                }

                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
            });
            while (!assigned[0] && System.currentTimeMillis() < end) {
                consumer.poll(POLL);
            }
            offsets(consumer.poll(POLL));
            consumer.commitSync();
        }
    }

    private void live(String subscription) throws InterruptedException {
        new Observed("started").print();
        // The resource is closed before the exception is caught, as in an application.
        try (var consumer = new KafkaConsumer<byte[], byte[]>(properties)) {
            subscribe(consumer, subscription);
            loop(consumer);
        } catch (KafkaException | IllegalArgumentException | IllegalStateException e) {
            new Observed("fatal").with("error", e.getClass().getSimpleName()).print();
        }
        new Observed("ended").print();
    }

    private void loop(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        while (true) {
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                new Observed("read").with("offsets", offsets(records)).print();
            }
            for (var line = commands.poll(); line != null; line = commands.poll()) {
                var words = line.split(" ", 2);
                switch (words[0]) {
                    case "slow" -> slow(Long.parseLong(words[1]));
                    case "subscribe" -> subscribe(consumer, words[1]);
                    case "close" -> {
                        new Observed("closing").print();
                        close(consumer, words[1]);
                        return;
                    }
                    default -> throw new IllegalArgumentException(line);
                }
            }
            if (commits && !records.isEmpty()) {
                commit(consumer);
            }
        }
    }

    private static void slow(long ms) throws InterruptedException {
        new Observed("busy").with("ms", ms).print();
        Thread.sleep(ms);
        new Observed("idle").print();
    }

    private static void commit(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            consumer.commitSync();
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
            new Observed("commit_failed").with("error", e.getClass().getSimpleName()).print();
        }
    }

    private static void subscribe(KafkaConsumer<byte[], byte[]> consumer, String subscription) {
        var listener = new Listener(consumer);
        if (subscription.startsWith("/")) {
            var pattern = subscription.substring(1, subscription.length() - 1);
            consumer.subscribe(Pattern.compile(pattern), listener);
        } else {
            consumer.subscribe(List.of(subscription.split(",")), listener);
        }
    }

    /** By reflection: releases before 4.1 don't know the operation. */
    private static void close(KafkaConsumer<byte[], byte[]> consumer, String operation) {
        if (operation.equals("default")) {
            consumer.close();
            return;
        }
        var wanted = operation.equals("leave") ? "LEAVE_GROUP" : "REMAIN_IN_GROUP";
        try {
            var options = Class.forName("org.apache.kafka.clients.consumer.CloseOptions");
            var operations = Class.forName(options.getName() + "$GroupMembershipOperation");
            var value = operations.getField(wanted).get(null);
            var option = options.getMethod("groupMembershipOperation", operations).invoke(null, value);
            consumer.getClass().getMethod("close", options).invoke(consumer, option);
        } catch (InvocationTargetException e) {
            throw new KafkaException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this release can't close with " + wanted, e);
        }
    }

    private static TreeMap<TopicPartition, long[]> offsets(ConsumerRecords<byte[], byte[]> records) {
        var offsets = new TreeMap<TopicPartition, long[]>(Observed::inOrder);
        for (var partition : records.partitions()) {
            var of = records.records(partition);
            offsets.put(partition, new long[] {of.get(0).offset(), of.get(of.size() - 1).offset()});
        }
        return offsets;
    }

    private record Listener(KafkaConsumer<byte[], byte[]> consumer) implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            print("assigned", partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            print("revoked", partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            print("lost", partitions);
        }

        private void print(String event, Collection<TopicPartition> partitions) {
            var group = consumer.groupMetadata();
            new Observed(event)
                    .with("partitions", partitions)
                    .with("generation", group.generationId())
                    .with("member_id", group.memberId())
                    .print();
        }
    }
}
