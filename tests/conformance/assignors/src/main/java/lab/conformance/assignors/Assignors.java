package lab.conformance.assignors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/** A family of Kafka's assignors that answers cases. */
public interface Assignors {
    /** The names that a case's {@code assignor} may have to be answered here. */
    Collection<String> names();

    /**
     * What Kafka's class gives for one case: member to partitions, in the iteration order of its
     * result map.
     *
     * @throws RuntimeException whatever Kafka's class throws
     */
    ObjectNode answer(ObjectNode request) throws Exception;
}
