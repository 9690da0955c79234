package dev.bailey.app.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Tells the demonstration step by step, with the time since its start. Not thread-safe. */
final class DemoVoice {

    private static final double NANOS = 1e9;

    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private final long started;
    private final List<String> told = new ArrayList<>();
    private int act;
    private boolean progressShown;

    DemoVoice(PrintStream out, boolean terminal, LongSupplier nanoTime) {
        this.out = out;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
    }

    /** A new step of the story. */
    void act(String title) {
        clearProgress();
        out.printf("%n%2d. %s%n", ++act, title);
    }

    void tell(String format, Object... values) {
        clearProgress();
        String line = String.format(Locale.ROOT, format, values);
        told.add(line);
        out.printf("    %6.1f s  %s%n", seconds(), line);
    }

    /** What was told so far. */
    List<String> told() {
        return List.copyOf(told);
    }

    /** A line that is replaced by the next one, on a terminal only. */
    void progress(String format, Object... values) {
        if (terminal) {
            out.print("\r\033[2K    " + String.format(Locale.ROOT, "%6.1f s  … ", seconds())
                    + String.format(Locale.ROOT, format, values));
            out.flush();
            progressShown = true;
        }
    }

    double seconds() {
        return (nanoTime.getAsLong() - started) / NANOS;
    }

    private void clearProgress() {
        if (progressShown) {
            out.print("\r\033[2K");
            progressShown = false;
        }
    }
}
