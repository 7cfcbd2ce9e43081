package lab.conformance.assignors.server;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.GroupSpec;
import org.apache.kafka.coordinator.group.api.assignor.MemberAssignment;
import org.apache.kafka.coordinator.group.api.assignor.MemberSubscription;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;

/** The members of a group and which partitions any of them has. */
final class Group implements GroupSpec {
    private final Map<String, Member> members;
    private final SubscriptionType type;
    private final Map<Uuid, Set<Integer>> assigned = new HashMap<>();

    Group(Map<String, Member> members, SubscriptionType type) {
        this.members = members;
        this.type = type;
        for (Member member : members.values()) {
            member.partitions().forEach((topic, partitions) ->
                    assigned.computeIfAbsent(topic, any -> new HashSet<>()).addAll(partitions));
        }
    }

    @Override
    public Collection<String> memberIds() {
        return members.keySet();
    }

    @Override
    public SubscriptionType subscriptionType() {
        return type;
    }

    @Override
    public boolean isPartitionAssigned(Uuid topic, int partition) {
        return assigned.getOrDefault(topic, Set.of()).contains(partition);
    }

    /** Of the interface from 4.1 on, for share groups: every partition may be assigned. */
    public boolean isPartitionAssignable(Uuid topic, int partition) {
        return true;
    }

    @Override
    public MemberSubscription memberSubscription(String memberId) {
        return members.get(memberId);
    }

    @Override
    public MemberAssignment memberAssignment(String memberId) {
        return members.get(memberId);
    }
}
