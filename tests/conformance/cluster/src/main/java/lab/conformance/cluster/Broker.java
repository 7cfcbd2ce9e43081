package lab.conformance.cluster;

import java.io.File;
import java.nio.file.Path;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;

/**
 * A broker and controller in one process: {@code Broker FOLDER}, with {@code server.properties} in
 * that folder, which must be this broker's own: it is removed when standard input ends, and with it the
 * broker.
 */
public final class Broker {
    private Broker() {}

    public static void main(String[] args) throws Exception {
        var folder = Path.of(args[0]);
        var properties = folder.resolve("server.properties").toString();
        // The end of the input is the only command.
        new Commands(() -> remove(folder.toFile()));
        format(properties);
        kafka.Kafka.main(new String[] {properties});
    }

    /** The storage tool, which ends its process in order to say how it went. */
    private static void format(String properties) {
        Exit.setExitProcedure((status, message) -> {
            throw new Exited(status);
        });
        try {
            var id = Uuid.randomUuid().toString();
            kafka.tools.StorageTool.main(new String[] {"format", "-t", id, "-c", properties});
        } catch (Exited exited) {
            if (exited.status != 0) {
                System.err.println("The log directory could not be formatted.");
                Runtime.getRuntime().halt(exited.status);
            }
        } finally {
            Exit.resetExitProcedure();
        }
    }

    /** Removes a folder into which a broker may still be writing. */
    private static void remove(File folder) {
        for (int attempt = 0; attempt < 20 && folder.exists(); attempt++) {
            removeOnce(folder);
        }
    }

    private static void removeOnce(File file) {
        var children = file.listFiles();
        if (children != null) {
            for (var child : children) {
                removeOnce(child);
            }
        }
        file.delete();
    }

    private static final class Exited extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Exited(int status) {
            super(null, null, false, false);
            this.status = status;
        }
    }
}
