package dev.bailey.control.api;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The versions of a slice's interface, and who uses them.
 *
 * @param since when counting began: the start of this process
 * @param versions in the order of the file
 */
public record VersionsView(String slice, Instant since, List<Version> versions, String message) {

    public VersionsView {
        versions = List.copyOf(versions);
    }

    /**
     * @param told what tells its requests, such as {@code path /v1}
     * @param deprecated from when on nobody should use it
     * @param sunset when it goes away
     * @param link the guide to its successor
     * @param requests since counting began
     * @param consumers most requests first
     */
    public record Version(
            String name,
            String told,
            Optional<LocalDate> deprecated,
            Optional<LocalDate> sunset,
            Optional<String> link,
            long requests,
            List<Consumer> consumers) {

        public Version {
            consumers = List.copyOf(consumers);
        }
    }

    /**
     * @param name {@code (unnamed)} where requests do not say, {@code (others)} for those beyond what is told apart
     * @param last when its last request came
     */
    public record Consumer(String name, long requests, Instant last) {}
}
