package lab.conformance.assignors.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import lab.conformance.assignors.Assignors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.GroupAssignment;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.apache.kafka.coordinator.group.assignor.RangeAssignor;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;

/** The broker's assignors of the next-generation protocol. Topics are named by their ids. */
public final class ServerAssignors implements Assignors {
    private static final Map<String, ConsumerGroupPartitionAssignor> CLASSES =
            Map.of("server-range", new RangeAssignor(), "server-uniform", new UniformAssignor());

    @Override
    public Collection<String> names() {
        return new TreeSet<>(CLASSES.keySet());
    }

    @Override
    public ObjectNode answer(ObjectNode request) {
        Map<Uuid, Integer> topics = new HashMap<>();
        request.get("topics").fields().forEachRemaining(
                topic -> topics.put(topicId(topic.getKey()), topic.getValue().asInt()));
        // As the coordinator's: a HashMap, whose order decides results.
        Map<String, Member> members = new HashMap<>();
        for (JsonNode member : request.get("members")) {
            members.put(member.get("member_id").asText(), Member.read(member));
        }
        String type = request.get("subscription_type").asText().toUpperCase(Locale.ROOT);
        Group group = new Group(members, SubscriptionType.valueOf(type));
        GroupAssignment result = CLASSES.get(request.get("assignor").asText())
                .assign(group, new Partitions(topics));
        return answer(request.get("members"), result);
    }

    /** Sorted: the coordinator looks results up, and what it looks up are sets. */
    private static ObjectNode answer(JsonNode members, GroupAssignment result) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        for (JsonNode member : members) {
            String id = member.get("member_id").asText();
            if (!result.members().containsKey(id)) {
                answer.putNull(id);
                continue;
            }
            ArrayNode list = answer.putArray(id);
            Map<String, Set<Integer>> sorted = new TreeMap<>();
            result.members().get(id).partitions().forEach(
                    (topic, partitions) -> sorted.put(name(topic), new TreeSet<>(partitions)));
            sorted.forEach((topic, partitions) ->
                    partitions.forEach(partition -> list.addArray().add(topic).add(partition)));
        }
        return answer;
    }

    /** Both halves of an id as signed numbers: {@code msb:lsb}. */
    static Uuid topicId(String text) {
        int colon = text.indexOf(':');
        return new Uuid(
                Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
    }

    private static String name(Uuid topic) {
        return topic.getMostSignificantBits() + ":" + topic.getLeastSignificantBits();
    }

    /** A set as the coordinator makes it when it reads a record: a copy of the record's list. */
    static Set<Integer> copyOf(JsonNode partitions) {
        List<Integer> list = new ArrayList<>();
        partitions.forEach(partition -> list.add(partition.asInt()));
        return new HashSet<>(list);
    }
}
