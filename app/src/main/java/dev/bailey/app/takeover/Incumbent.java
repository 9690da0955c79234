package dev.bailey.app.takeover;

import dev.bailey.app.takeover.Line.Heard;
import dev.bailey.app.wiring.Bailey;
import dev.bailey.model.spec.HostPort;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that carries a migration, from its start until another takes its place or it is told to end. Thread-safe.
 *
 * <p>Giving up the place: writes are held, those under way end, the data folder is given up; the other process opens it and says
 * so; from then on everything goes there, the held writes first. If it never says so, this process takes the folder back by the
 * same way, as its own successor.
 */
public final class Incumbent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Incumbent.class);
    private static final String HOST = "127.0.0.1";
    private static final Pattern READY = Pattern.compile(TakeOver.READY + "([1-9][0-9]{0,4}) ([0-9a-f]{16,64})");
    private static final Duration ASKED_WITHIN = Duration.ofSeconds(2);
    /** A process ends within its own drain time, or is killed; either way its end of the line closes. */
    private static final Duration LONGEST_DRAIN = Duration.ofDays(1);

    private static final Duration REOPEN_EVERY = Duration.ofMillis(100);

    private final Path data;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch predecessorGone;
    private final Object turn = new Object();
    private volatile Bailey bailey;
    private volatile @Nullable Door door;
    private volatile boolean closing;
    private boolean handedOver;
    private String tookFrom = "";

    /**
     * How a Bailey is opened in another's place.
     *
     * @param rehearse what can be done, and can fail, while the other one still has the data folder
     * @param open given the token of the relay, once the other one has given it up
     */
    public record Succession(Runnable rehearse, Function<String, Bailey> open) {}

    private Incumbent(Path data, Bailey bailey, int predecessors) {
        this.data = data;
        this.bailey = bailey;
        this.predecessorGone = new CountDownLatch(predecessors);
    }

    /** Carries on with a Bailey that was started where nobody had the data folder. */
    public static Incumbent of(Path data, Bailey bailey) {
        Incumbent incumbent = new Incumbent(data, bailey, 0);
        incumbent.openDoor();
        return incumbent;
    }

    /**
     * Takes the place of whoever has the data folder, or starts where nobody has it.
     *
     * @param wait how long the other process may take to give it up
     * @param start where nobody has it
     * @param succession in another's place
     * @throws RuntimeException with a message for the user; the other process goes on
     */
    public static Incumbent takeOver(Path data, Duration wait, Supplier<Bailey> start, Succession succession)
            throws InterruptedException {
        Optional<TakeOver.Taken> taken = TakeOver.of(data, wait, succession);
        if (taken.isEmpty()) {
            return of(data, start.get());
        }
        Incumbent incumbent = new Incumbent(data, taken.get().bailey(), 1);
        incumbent.tookFrom = taken.get().process();
        incumbent.openDoor();
        incumbent.watchPredecessor(taken.get().predecessor());
        return incumbent;
    }

    public Bailey bailey() {
        return bailey;
    }

    /** The process whose place was taken; empty when there was none. */
    public String tookFrom() {
        return tookFrom;
    }

    /** Blocks until another process has the place and all clients left, or until {@link #close}. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    private void watchPredecessor(Line line) {
        Thread.ofVirtual().name("predecessor").start(() -> {
            try {
                if (!line.awaitEnd(LONGEST_DRAIN)) {
                    LOG.warn("the process whose place was taken is still there; it is not waited for any more");
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                TakeOver.close(line);
                bailey.endRelay();
                predecessorGone.countDown();
            }
        });
    }

    private void openDoor() {
        try {
            Door opened = Door.open(data);
            door = opened;
            Thread.ofVirtual().name("take-over").start(() -> attend(opened));
        } catch (IOException | UnsupportedOperationException failed) {
            LOG.warn("no other process will be able to take over from this one: {}", failed.getMessage());
        }
    }

    private void attend(Door at) {
        boolean stays = true;
        while (stays) {
            try {
                stays = !answer(at.next());
            } catch (ClosedChannelException closed) {
                stays = false;
            } catch (IOException failed) {
                LOG.warn("a process that wants to take over could not be heard", failed);
            } catch (RuntimeException bug) {
                LOG.error("a take-over failed here; writes may wait in vain: look at `bailey status`, or restart", bug);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                stays = false;
            }
        }
    }

    /** True when this door is not attended any more. */
    private boolean answer(Line line) throws IOException, InterruptedException {
        try {
            Heard asked = line.hear(ASKED_WITHIN);
            if (asked instanceof Heard.Gone) {
                return false; // it only looked whether anybody is here
            }
            if (!(asked instanceof Heard.Said(String text)) || !text.startsWith(TakeOver.ASK)) {
                line.say(TakeOver.REFUSED + "it was not asked in words it knows");
                return false;
            }
            String process = text.substring(TakeOver.ASK.length());
            synchronized (turn) {
                return !closing && giveUp(line, process);
            }
        } finally {
            if (!handedOver) {
                TakeOver.close(line);
            }
        }
    }

    private boolean giveUp(Line line, String process) throws IOException, InterruptedException {
        Bailey old = bailey;
        Duration wait = old.bounds().takeOverWait();
        long until = System.nanoTime() + wait.toNanos();
        Duration half = wait.dividedBy(2);
        if (!predecessorGone.await(half.toNanos(), TimeUnit.NANOSECONDS)) {
            line.say(TakeOver.REFUSED + "the process before it still has clients; ask again in a while");
            return false;
        }
        LOG.info("process {} takes over", process);
        if (!old.release(half)) {
            line.say(TakeOver.REFUSED + "writes under way did not end within " + half.toSeconds()
                    + " s; nothing has changed");
            return false;
        }
        closeDoor();
        Heard heard = released(line, Duration.ofNanos(until - System.nanoTime()));
        if (heard instanceof Heard.Said(String text) && passesTo(old, text)) {
            confirm(line);
            LOG.info(
                    "process {} has taken over; clients that are connected here may stay for {} s",
                    process,
                    old.bounds().drain().toSeconds());
            leave(old, line);
        } else {
            LOG.warn("process {} did not take over ({}); this one goes on", process, heard);
            withdraw(line);
            takeBack(old, line);
        }
        return true;
    }

    /** Lets the clients go that are still here, then ends. */
    private void leave(Bailey old, Line line) {
        handedOver = true;
        Thread.ofPlatform().name("leave").start(() -> {
            old.leave();
            TakeOver.close(line);
            ended.countDown();
        });
    }

    /** False when the other process did not say where it is. */
    private static boolean passesTo(Bailey old, String ready) {
        Matcher told = READY.matcher(ready);
        if (!told.matches()) {
            return false;
        }
        old.passTo(new HostPort(HOST, Integer.parseInt(told.group(1))), told.group(2));
        return true;
    }

    private static Heard released(Line line, Duration atMost) throws InterruptedException {
        try {
            line.say(TakeOver.RELEASED + ProcessHandle.current().pid());
            return line.hear(atMost);
        } catch (IOException gone) {
            return new Heard.Gone();
        }
    }

    /** Everything goes there already: when it cannot hear that, it has ended, as any process may. */
    private static void confirm(Line line) {
        try {
            line.say(TakeOver.RELAYING);
        } catch (IOException gone) {
            LOG.warn("the process that took over has ended", gone);
        }
    }

    private static void withdraw(Line line) {
        try {
            line.say(TakeOver.WITHDRAWN);
        } catch (IOException gone) {
            LOG.debug("the process that wanted to take over has ended", gone);
        }
    }

    /**
     * The other process may have the data folder for a moment still; it gives it up, or ends. When it carries clients after all,
     * because this process was the one that did not hear, this one ends.
     */
    private void takeBack(Bailey old, Line line) throws InterruptedException {
        long tries = 0;
        while (!closing) {
            try {
                String token = TakeOver.token();
                Bailey own = old.reopen(token);
                old.passTo(own.relayAddress(), token);
                own.begin();
                bailey = own;
                openDoor();
                Thread.ofPlatform().daemon().name("leave").start(() -> {
                    old.leave();
                    own.endRelay();
                });
                return;
            } catch (RuntimeException notYet) {
                if (isAnotherThere()) {
                    LOG.warn(
                            "another process carries clients by now; this one ends, writes that wait here are refused");
                    leave(old, line);
                    return;
                }
                if (tries++ % 100 == 0) {
                    LOG.warn("the data folder cannot be had back yet, reads go on: {}", notYet.getMessage());
                }
                Thread.sleep(REOPEN_EVERY);
            }
        }
    }

    private boolean isAnotherThere() {
        try {
            return Door.isAttended(data);
        } catch (IOException unclear) {
            LOG.debug("whether another process is there cannot be said", unclear);
            return false;
        }
    }

    private void closeDoor() {
        Door open = door;
        door = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException failed) {
                LOG.warn("the socket of take-overs could not be closed", failed);
            }
        }
    }

    /** Ends: a take-over under way first, within its own bounds. */
    @Override
    public void close() {
        if (ended.getCount() == 0) {
            return;
        }
        closing = true;
        boolean leaves;
        synchronized (turn) {
            leaves = handedOver;
        }
        if (leaves) {
            try {
                ended.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return;
        }
        closeDoor();
        bailey.close();
        ended.countDown();
    }

    /** Whether another process has the place. */
    public boolean isHandedOver() {
        synchronized (turn) {
            return handedOver;
        }
    }
}
