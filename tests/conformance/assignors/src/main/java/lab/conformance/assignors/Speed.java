package lab.conformance.assignors;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/**
 * Times Kafka's assignors on the groups of {@code tests/speed/src/groups.rs}, which it makes by the
 * same formulas.
 *
 * <p>Arguments: milliseconds per case, then names of cases such as
 * {@code sticky, equal 10x100x100, join}. Prints a line for each: name, digest of the assignment,
 * microseconds of every run, separated by tabs.
 */
public final class Speed {
    private static final Pattern NAME =
            Pattern.compile("(\\S+), (equal|mixed) (\\d+)x(\\d+)x(\\d+), (first|join)");
    /** A run longer than this many times the budget is not repeated. */
    private static final int LONG_RUN = 4;

    private final String assignor;
    private final boolean equal;
    private final int topics;
    private final int partitions;
    private final List<String> names = new ArrayList<>();
    private final Cluster cluster;
    private final Map<String, Member> members;

    /** What a member says when it joins. */
    private record Member(
            List<String> topics, ByteBuffer userData, List<TopicPartition> owned, int generation) {
        /** The subscription, fresh: reading user data moves the buffer. */
        Subscription subscription() {
            ByteBuffer data = userData == null ? null : userData.duplicate();
            return Subscriptions.of(topics, data, owned, generation, Optional.empty());
        }
    }

    private Speed(Matcher name) {
        assignor = name.group(1);
        equal = name.group(2).equals("equal");
        topics = Integer.parseInt(name.group(3));
        partitions = Integer.parseInt(name.group(4));
        int count = Integer.parseInt(name.group(5));
        for (int topic = 0; topic < topics; topic++) {
            names.add(String.format(Locale.ROOT, "topic-%04d", topic));
        }
        cluster = cluster();
        Map<String, Member> first = new HashMap<>();
        for (int member = 0; member < count; member++) {
            first.put(id(member), newMember(member));
        }
        members = name.group(6).equals("first") ? first : joined(first, count);
    }

    /** Times the cases. */
    public static void main(String[] args) {
        long budget = Long.parseLong(args[0]) * 1_000_000;
        for (String name : Arrays.asList(args).subList(1, args.length)) {
            Matcher matcher = NAME.matcher(name);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("no case is called " + name);
            }
            System.out.println(name + "\t" + new Speed(matcher).time(budget));
        }
    }

    private String time(long budget) {
        List<Long> runs = new ArrayList<>();
        // The first half is for the compiler, and not reported.
        List<Long> warming = new ArrayList<>();
        String digest = repeat(budget, warming);
        if (warming.get(0) > LONG_RUN * budget) {
            runs = warming;
        } else {
            repeat(budget, runs);
        }
        StringBuilder line = new StringBuilder(digest).append('\t');
        for (int run = 0; run < runs.size(); run++) {
            line.append(run == 0 ? "" : " ");
            line.append(String.format(Locale.ROOT, "%.1f", runs.get(run) / 1e3));
        }
        return line.toString();
    }

    private String repeat(long budget, List<Long> runs) {
        String digest = "";
        long spent = 0;
        while (spent < budget || runs.size() < 5 && spent < LONG_RUN * budget) {
            List<Map.Entry<String, Subscription>> joined = subscriptions(members);
            ConsumerPartitionAssignor fresh = create();
            long start = System.nanoTime();
            // Part of the time, as it is of the other two programs': the leader gets a list.
            GroupSubscription group = group(joined);
            Map<String, Assignment> answer = fresh.assign(cluster, group).groupAssignment();
            long took = System.nanoTime() - start;
            spent += took;
            runs.add(took);
            if (digest.isEmpty()) {
                digest = digest(answer);
            }
        }
        return digest;
    }

    private static List<Map.Entry<String, Subscription>> subscriptions(
            Map<String, Member> members) {
        List<Map.Entry<String, Subscription>> subscriptions = new ArrayList<>();
        members.forEach((id, member) ->
                subscriptions.add(Map.entry(id, member.subscription())));
        return subscriptions;
    }

    private static GroupSubscription group(List<Map.Entry<String, Subscription>> joined) {
        Map<String, Subscription> subscriptions = new HashMap<>();
        for (Map.Entry<String, Subscription> member : joined) {
            subscriptions.put(member.getKey(), member.getValue());
        }
        return new GroupSubscription(subscriptions);
    }

    private ConsumerPartitionAssignor create() {
        return switch (assignor) {
            case "range" -> new RangeAssignor();
            case "roundrobin" -> new RoundRobinAssignor();
            case "sticky" -> new StickyAssignor();
            case "cooperative-sticky" -> new CooperativeStickyAssignor();
            default -> throw new IllegalArgumentException("no assignor is called " + assignor);
        };
    }

    private Cluster cluster() {
        Node node = new Node(0, "localhost", 9092);
        Node[] replicas = {node};
        Collection<PartitionInfo> infos = new ArrayList<>();
        for (String name : names) {
            for (int partition = 0; partition < partitions; partition++) {
                infos.add(new PartitionInfo(name, partition, node, replicas, replicas));
            }
        }
        return new Cluster(
                "timed", List.of(node), infos, Collections.emptySet(), Collections.emptySet());
    }

    /** The group after its first assignment, with one member more. */
    private Map<String, Member> joined(Map<String, Member> first, int count) {
        Map<String, Assignment> answer =
                create().assign(cluster, group(subscriptions(first))).groupAssignment();
        Map<String, Member> members = new HashMap<>();
        for (int member = 0; member < count; member++) {
            String id = id(member);
            List<TopicPartition> owned = new ArrayList<>(answer.get(id).partitions());
            ConsumerPartitionAssignor own = create();
            own.onAssignment(
                    new Assignment(owned),
                    new ConsumerGroupMetadata("timed", 1, id, Optional.empty()));
            ByteBuffer data = own.subscriptionUserData(new HashSet<>(topicsOf(member)));
            if (!assignor.equals("cooperative-sticky")) {
                owned = new ArrayList<>();
            }
            owned.sort((a, b) -> a.topic().equals(b.topic())
                    ? Integer.compare(a.partition(), b.partition())
                    : a.topic().compareTo(b.topic()));
            members.put(id, new Member(topicsOf(member), data, owned, 1));
        }
        members.put(id(count), newMember(count));
        return members;
    }

    private Member newMember(int member) {
        return new Member(topicsOf(member), null, List.of(), Subscriptions.NO_GENERATION);
    }

    private List<String> topicsOf(int member) {
        if (equal) {
            return names;
        }
        long random = mix(member);
        long start = Long.remainderUnsigned(random >>> 8, topics);
        long length = 1 + Long.remainderUnsigned(random >>> 40, Math.min(topics, 100));
        List<String> run = new ArrayList<>();
        for (long step = 0; step < length; step++) {
            run.add(names.get((int) ((start + step) % topics)));
        }
        Collections.sort(run);
        return run;
    }

    private static String id(int member) {
        return String.format(Locale.ROOT, "consumer-%d-%016x", member, mix(member));
    }

    private static long mix(int number) {
        long x = (number + 1L) * 0x9e3779b97f4a7c15L;
        x ^= x >>> 32;
        x *= 0xd6e8feb86659fd93L;
        return x ^ (x >>> 32);
    }

    /** FNV-1a over the members in the order of their ids: id, then every partition in order. */
    private static String digest(Map<String, Assignment> answer) {
        long hash = 0xcbf29ce484222325L;
        for (Map.Entry<String, Assignment> member : new TreeMap<>(answer).entrySet()) {
            hash = write(hash, member.getKey().getBytes(StandardCharsets.UTF_8));
            hash = write(hash, new byte[] {0});
            for (TopicPartition held : member.getValue().partitions()) {
                hash = write(hash, held.topic().getBytes(StandardCharsets.UTF_8));
                hash = write(hash, ByteBuffer.allocate(4).putInt(held.partition()).array());
            }
        }
        return String.format(Locale.ROOT, "%016x", hash);
    }

    private static long write(long hash, byte[] bytes) {
        for (byte next : bytes) {
            hash = (hash ^ (next & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }
}
