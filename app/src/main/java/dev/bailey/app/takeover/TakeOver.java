package dev.bailey.app.takeover;

import dev.bailey.app.takeover.Line.Heard;
import dev.bailey.app.wiring.Bailey;
import dev.bailey.gateway.Gateway;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newer process's part: asks the older one for its place, opens what that one gave up, and begins once the older one passes
 * everything on. When anything fails before that, the older one goes on.
 */
final class TakeOver {

    static final String ASK = "take-over 1 ";
    static final String RELEASED = "released ";
    static final String REFUSED = "refused ";
    static final String READY = "ready ";
    static final String RELAYING = "relaying";
    static final String WITHDRAWN = "withdrawn";

    private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);
    private static final Duration CONFIRMED_WITHIN = Duration.ofSeconds(10);
    private static final int TOKEN_BYTES = 16;

    private TakeOver() {}

    /**
     * A Bailey in the place of the one that had the data folder.
     *
     * @param bailey open, and begun
     * @param predecessor says when the other process is gone, and which it is
     */
    record Taken(Bailey bailey, Line predecessor, String process) {}

    /**
     * Takes the place of whoever has the data folder; empty when nobody has it.
     *
     * @param wait how long the other process may take to give it up
     * @throws IllegalStateException with a message for the user; the other process goes on
     */
    static Optional<Taken> of(Path data, Duration wait, Incumbent.Succession succession) throws InterruptedException {
        if (!Gateway.canTakeOver()) {
            throw new IllegalStateException(
                    "--take-over works on Linux only (epoll or io_uring): end the other process first, then start this one");
        }
        try {
            if (!Door.isAttended(data)) {
                return Optional.empty();
            }
            succession.rehearse().run();
            Optional<Line> line = Door.knock(data);
            return line.isEmpty() ? Optional.empty() : Optional.of(take(line.get(), data, wait, succession));
        } catch (IOException failed) {
            throw new IllegalStateException("whoever has " + data + " cannot be asked: " + failed.getMessage(), failed);
        }
    }

    private static Taken take(Line line, Path data, Duration wait, Incumbent.Succession succession)
            throws InterruptedException {
        try {
            line.say(ASK + ProcessHandle.current().pid());
            String process = released(line.hear(wait), data, wait);
            String token = token();
            Bailey bailey = succession.open().apply(token);
            try {
                line.say(READY + bailey.relayAddress().port() + " " + token);
                confirm(line.hear(CONFIRMED_WITHIN), data);
            } catch (IOException | IllegalStateException | InterruptedException failed) {
                bailey.abandon();
                throw failed;
            }
            bailey.begin();
            return new Taken(bailey, line, process);
        } catch (IOException cut) {
            close(line);
            throw new IllegalStateException(
                    "the process that has " + data + " ended while it was asked for its place: start again", cut);
        } catch (RuntimeException | InterruptedException failed) {
            close(line);
            throw failed;
        }
    }

    private static String released(Heard heard, Path data, Duration wait) {
        return switch (heard) {
            case Heard.Said(String text) when text.startsWith(RELEASED) -> text.substring(RELEASED.length());
            case Heard.Said(String text)
            when text.startsWith(REFUSED) ->
                throw new IllegalStateException(
                        "the process that has " + data + " keeps its place: " + text.substring(REFUSED.length()));
            case Heard.Said(String text) ->
                throw new IllegalStateException(
                        "the process that has " + data + " said " + text
                                + " (expected released or refused): is it of another version? End it first, then start this one");
            case Heard.Gone _ ->
                throw new IllegalStateException(
                        "the process that has " + data + " ended while it was asked for its place: start again");
            case Heard.Silent _ ->
                throw new IllegalStateException("the process that has " + data + " did not give it up within "
                        + wait.toSeconds() + " s (gateway.takeOverWait); it goes on");
        };
    }

    private static void confirm(Heard heard, Path data) {
        switch (heard) {
            case Heard.Said(String text) when text.equals(RELAYING) -> {}
            case Heard.Gone _, Heard.Silent _ ->
                LOG.warn("the process whose place was taken ended, or does not answer; its clients come here anew");
            case Heard.Said(String text) ->
                throw new IllegalStateException("the process that had " + data
                        + " took it back, because this one took too long (" + text + ")");
        }
    }

    static String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static void close(Line line) {
        try {
            line.close();
        } catch (IOException alreadyGone) {
            LOG.debug("a line was closed already", alreadyGone);
        }
    }
}
