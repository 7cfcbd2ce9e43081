package lab.conformance.assignors.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.MemberAssignment;
import org.apache.kafka.coordinator.group.api.assignor.MemberSubscription;

/** One member: what it subscribes to, in the order given, and what it is assigned now. */
record Member(
        Optional<String> instanceId,
        Set<Uuid> subscribedTopicIds,
        Map<Uuid, Set<Integer>> partitions)
        implements MemberSubscription, MemberAssignment {

    static Member read(JsonNode member) {
        Optional<String> instance = member.hasNonNull("instance_id")
                ? Optional.of(member.get("instance_id").asText())
                : Optional.empty();
        Set<Uuid> topics = new LinkedHashSet<>();
        member.get("topics").forEach(topic -> topics.add(ServerAssignors.topicId(topic.asText())));
        Map<Uuid, Set<Integer>> current = new HashMap<>();
        member.path("current").forEach(topic -> current.put(
                ServerAssignors.topicId(topic.get(0).asText()),
                ServerAssignors.copyOf(topic.get(1))));
        // The assignor copies what it changes, and insists that it cannot change it in place.
        return new Member(instance, topics, Collections.unmodifiableMap(current));
    }

    @Override
    public Optional<String> rackId() {
        return Optional.empty();
    }
}
