package dev.bailey.app.cli;

import dev.bailey.control.api.CommandAnswer;
import dev.bailey.control.api.JobView;
import dev.bailey.control.api.JobView.State;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that changes something: with a reason, and the epoch one saw if one likes. */
abstract class Change extends ClientCommand {

    private static final long LOOK_EVERY_MS = 500;

    @Option(names = "--reason", required = true, paramLabel = "WHY", description = "why; kept in the audit trail")
    private String reason = "";

    String reason() {
        return reason;
    }

    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("reason", reason);
        return body;
    }

    /** Sends it and tells what became of it. */
    int send(ApiClient client, Text text, String path, Map<String, Object> body, boolean wait) {
        return told(client, text, client.post(path, body), wait);
    }

    int told(ApiClient client, Text text, String json, boolean wait) {
        CommandAnswer answer = ApiClient.read(json, CommandAnswer.class);
        Optional<String> job = answer.job();
        if (wait && job.isPresent()) {
            return follow(client, text, job.get());
        }
        if (json()) {
            text.line(json);
            return answer.approval().isPresent() ? 1 : 0;
        }
        text.line(answer.message());
        answer.state()
                .ifPresent(state -> text.line(state.slice() + " stands at " + state.phase() + ", ramp " + state.ramp()
                        + ", epoch " + state.epoch()));
        job.ifPresent(id -> text.line("job " + id + "; follow it with `bailey jobs " + id + " --wait`"));
        answer.approval()
                .ifPresent(id -> text.line("a second person must run `bailey approve " + id + " --reason WHY`"));
        return answer.approval().isPresent() ? 1 : 0;
    }

    private int follow(ApiClient client, Text text, String job) {
        return Jobs.follow(client, text, job, json(), commandLine().getErr(), LOOK_EVERY_MS);
    }

    /** How a job went, in one line. */
    static String progress(JobView job) {
        String share = job.total().isPresent() && job.total().getAsLong() > 0
                ? String.format(
                        Locale.ROOT,
                        " of %,d (%d %%)",
                        job.total().getAsLong(),
                        100 * job.done() / job.total().getAsLong())
                : "";
        String left = job.state() == State.RUNNING && job.secondsLeft().isPresent()
                ? ", " + Text.time(job.secondsLeft().getAsLong()) + " left"
                : "";
        return String.format(
                Locale.ROOT,
                "%s %s: %,d%s, %s/s%s",
                job.kind(),
                job.slice(),
                job.done(),
                share,
                Text.number(Math.rint(job.rate())),
                left);
    }

    /** A change of one slice. */
    abstract static class OfSlice extends Change {

        @picocli.CommandLine.Parameters(paramLabel = "SLICE", description = "the slice")
        private String slice = "";

        @Option(
                names = "--expect-epoch",
                paramLabel = "N",
                description = "refuse when the slice is not at this epoch any more")
        private @Nullable Long expected;

        String path(String what) {
            return "/slices/" + ApiClient.part(slice) + "/" + what;
        }

        @Override
        Map<String, Object> body() {
            Map<String, Object> body = super.body();
            if (expected != null) {
                body.put("expectedEpoch", expected);
            }
            return body;
        }
    }
}
