package lab.conformance.assignors.server;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;

/** How many partitions each topic has; −1 for a topic that doesn't exist, as the coordinator says. */
record Partitions(Map<Uuid, Integer> topics) implements SubscribedTopicDescriber {
    @Override
    public int numPartitions(Uuid topic) {
        return topics.getOrDefault(topic, -1);
    }

    @Override
    public Set<String> racksForPartition(Uuid topic, int partition) {
        return Set.of();
    }
}
