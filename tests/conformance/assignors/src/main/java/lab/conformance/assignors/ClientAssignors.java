package lab.conformance.assignors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** The consumer's four assignors, each case answered by a fresh object, as its leader would. */
public final class ClientAssignors implements Assignors {
    private static final Map<String, Supplier<ConsumerPartitionAssignor>> CLASSES =
            new LinkedHashMap<>();

    static {
        CLASSES.put("range", RangeAssignor::new);
        CLASSES.put("roundrobin", RoundRobinAssignor::new);
        CLASSES.put("sticky", StickyAssignor::new);
        CLASSES.put("cooperative-sticky", CooperativeStickyAssignor::new);
    }

    @Override
    public Collection<String> names() {
        return CLASSES.keySet();
    }

    @Override
    public ObjectNode answer(ObjectNode request) throws Exception {
        String name = request.get("assignor").asText();
        // A HashMap as the consumer's own, filled in the same order: its order decides results.
        Map<String, Subscription> subscriptions = new HashMap<>();
        for (JsonNode member : request.get("members")) {
            subscriptions.put(member.get("id").asText(), subscription(name, member));
        }
        Cluster cluster = cluster(request.get("topics"));
        Map<String, Assignment> result = CLASSES.get(name).get()
                .assign(cluster, new GroupSubscription(subscriptions))
                .groupAssignment();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        result.forEach((member, assignment) -> {
            ArrayNode list = answer.putArray(member);
            for (TopicPartition partition : assignment.partitions()) {
                list.addArray().add(partition.topic()).add(partition.partition());
            }
        });
        return answer;
    }

    private static Subscription subscription(String assignor, JsonNode member) {
        List<String> topics = new ArrayList<>();
        member.get("subscription").forEach(topic -> topics.add(topic.asText()));
        List<TopicPartition> claimed = claimed(member.path("owned"));
        int generation = member.path("generation").asInt(Subscriptions.NO_GENERATION);
        ByteBuffer userData = userData(assignor, topics, claimed, generation);
        // An eager member has given everything up before it joins.
        List<TopicPartition> owned = assignor.equals("sticky") ? List.of() : claimed;
        Subscription subscription =
                Subscriptions.of(topics, userData, owned, generation, text(member, "rack"));
        subscription.setGroupInstanceId(text(member, "instance"));
        return subscription;
    }

    /** What the member's own assignor object would send after it was assigned {@code claimed}. */
    private static ByteBuffer userData(
            String assignor, List<String> topics, List<TopicPartition> claimed, int generation) {
        boolean remembers = assignor.equals("sticky")
                // Before 3.4 the generation of a cooperative member has no other place.
                || assignor.equals("cooperative-sticky")
                        && !Subscriptions.haveGenerations()
                        && generation != Subscriptions.NO_GENERATION;
        if (!remembers) {
            return null;
        }
        ConsumerPartitionAssignor own = CLASSES.get(assignor).get();
        ConsumerGroupMetadata metadata =
                new ConsumerGroupMetadata("group", generation, "member", Optional.empty());
        own.onAssignment(new Assignment(claimed), metadata);
        return own.subscriptionUserData(new HashSet<>(topics));
    }

    private static List<TopicPartition> claimed(JsonNode owned) {
        List<TopicPartition> claimed = new ArrayList<>();
        owned.fields().forEachRemaining(topic -> topic.getValue().forEach(partition ->
                claimed.add(new TopicPartition(topic.getKey(), partition.asInt()))));
        return claimed;
    }

    private static Cluster cluster(JsonNode topics) {
        Map<String, Node> brokers = new LinkedHashMap<>();
        Node rackless = new Node(0, "broker-0", 9092);
        List<PartitionInfo> partitions = new ArrayList<>();
        for (JsonNode topic : topics) {
            String name = topic.get("name").asText();
            for (int partition = 0; partition < topic.get("partitions").asInt(); partition++) {
                Node[] replicas = {rackless};
                if (topic.hasNonNull("racks")) {
                    List<Node> found = new ArrayList<>();
                    for (JsonNode rack : topic.get("racks").get(partition)) {
                        found.add(brokers.computeIfAbsent(rack.asText(), known -> {
                            int id = brokers.size() + 1;
                            return new Node(id, "broker-" + id, 9092, known);
                        }));
                    }
                    replicas = found.toArray(Node[]::new);
                }
                Node leader = replicas.length == 0 ? null : replicas[0];
                partitions.add(new PartitionInfo(name, partition, leader, replicas, replicas));
            }
        }
        List<Node> nodes = new ArrayList<>(brokers.values());
        nodes.add(rackless);
        return new Cluster("cluster", nodes, partitions, Set.of(), Set.of());
    }

    private static Optional<String> text(JsonNode member, String field) {
        return member.hasNonNull(field)
                ? Optional.of(member.get(field).asText())
                : Optional.empty();
    }
}
