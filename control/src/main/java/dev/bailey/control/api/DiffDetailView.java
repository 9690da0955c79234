package dev.bailey.control.api;

import dev.bailey.model.phase.Side;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A signature with the kept instances, newest first; every value redacted as the slice says. */
public record DiffDetailView(DiffView diff, List<Instance> instances) {

    public DiffDetailView {
        instances = List.copyOf(instances);
    }

    /**
     * One pair of answers.
     *
     * @param servedBy the side whose answer the client got
     * @param paths what differs
     */
    public record Instance(
            Instant at, String method, String target, Side servedBy, Answer legacy, Answer modern, List<Path> paths) {
        public Instance {
            paths = List.copyOf(paths);
        }
    }

    /**
     * One side's answer.
     *
     * @param body redacted, shortened to a bound
     */
    public record Answer(int status, Optional<String> contentType, String body, double tookMs) {}

    /** One place that differs; a value is absent where the side does not have the place. */
    public record Path(String path, String kind, Optional<String> legacy, Optional<String> modern) {}
}
