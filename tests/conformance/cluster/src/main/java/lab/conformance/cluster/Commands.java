package lab.conformance.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The lines of standard input, read by a thread of its own. */
final class Commands {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /**
     * Starts reading.
     *
     * @param atEnd what to do when the input ends, before this process does
     */
    Commands(Runnable atEnd) {
        var reader = new Thread(() -> read(atEnd), "commands");
        reader.setDaemon(true);
        reader.start();
    }

    /** The next line, or null if there is none yet. */
    String poll() {
        return lines.poll();
    }

    /** The next line, waiting for it. */
    String take() throws InterruptedException {
        return lines.take();
    }

    private void read(Runnable atEnd) {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // The other side is gone, as at the end of the input.
        }
        atEnd.run();
        // Not exit(): whatever still runs isn't wanted any more.
        Runtime.getRuntime().halt(0);
    }
}
