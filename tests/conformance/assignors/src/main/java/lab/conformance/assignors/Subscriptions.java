package lab.conformance.assignors;

import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.TopicPartition;

/** Makes subscriptions, which can say more from 3.4 on. */
final class Subscriptions {
    static final int NO_GENERATION = -1;

    private static final Optional<Constructor<Subscription>> WITH_GENERATION_AND_RACK = find();

    private Subscriptions() {}

    /** Whether this release's subscriptions have a generation and a rack. */
    static boolean haveGenerations() {
        return WITH_GENERATION_AND_RACK.isPresent();
    }

    /** A subscription, without generation and rack where the release has no place for them. */
    static Subscription of(
            List<String> topics,
            ByteBuffer userData,
            List<TopicPartition> owned,
            int generation,
            Optional<String> rack) {
        if (WITH_GENERATION_AND_RACK.isEmpty()) {
            return new Subscription(topics, userData, owned);
        }
        try {
            return WITH_GENERATION_AND_RACK.get()
                    .newInstance(topics, userData, owned, generation, rack);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Optional<Constructor<Subscription>> find() {
        try {
            return Optional.of(Subscription.class.getConstructor(
                    List.class, ByteBuffer.class, List.class, int.class, Optional.class));
        } catch (NoSuchMethodException absent) {
            return Optional.empty();
        }
    }
}
