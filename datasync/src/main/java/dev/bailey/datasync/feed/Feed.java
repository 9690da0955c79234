package dev.bailey.datasync.feed;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A source of keys, from where it stood: what was given and not said to be applied is given again, to this process or the
 * next one. One thread uses it.
 */
public interface Feed extends AutoCloseable {

    /**
     * The next changes, in the source's order.
     *
     * @param wait how long at most, where there are none
     */
    Polled poll(int most, Duration wait) throws FeedException, InterruptedException;

    /** Everything given so far has been applied; made durable now or a little later. */
    void applied() throws FeedException, InterruptedException;

    /** Puts a marker behind everything that is committed at the source by now; a later poll gives it. */
    void mark(String marker) throws FeedException, InterruptedException;

    /** How many changes wait at the source; empty where it cannot be told, as of a log. May be counted up to a bound. */
    OptionalLong waiting() throws FeedException;

    /** Bytes of the source's log that would be read again if it were opened now, to the log's end; empty where it has no log. */
    default OptionalLong logBytes() throws FeedException {
        return OptionalLong.empty();
    }

    @Override
    void close();
}
