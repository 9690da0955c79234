package dev.bailey.app.cli;

import dev.bailey.control.api.JobView;
import dev.bailey.control.api.Page;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.type.TypeReference;

/** Long jobs: lists them, follows one, cancels one. */
@Command(name = "jobs", description = "Long jobs: list them, follow one (JOB --wait), cancel one (JOB --cancel).")
final class Jobs extends ClientCommand {

    private static final TypeReference<Page<JobView>> PAGE = new TypeReference<>() {};

    @Parameters(arity = "0..1", paramLabel = "JOB", description = "one job; all of them without")
    private @Nullable String job;

    @Option(names = "--wait", description = "follow it to its end")
    private boolean wait;

    @Option(names = "--cancel", description = "cancel it; its progress stays (needs --reason)")
    private boolean cancel;

    @Option(names = "--reason", paramLabel = "WHY", description = "why it is cancelled; kept in the audit trail")
    private String reason = "";

    @Override
    int run(ApiClient client, Text text) {
        if (job == null) {
            return list(client, text);
        }
        if (cancel) {
            if (reason.isBlank()) {
                throw new ApiFailure("--cancel changes something; say why with --reason");
            }
            text.line(client.delete("/jobs/" + ApiClient.part(job), Map.of("reason", reason)));
            return 0;
        }
        if (wait) {
            return follow(client, text, job, json(), commandLine().getErr(), 500);
        }
        String answer = client.get("/jobs/" + ApiClient.part(job), Map.of());
        text.line(json() ? answer : told(ApiClient.read(answer, JobView.class)));
        return 0;
    }

    private int list(ApiClient client, Text text) {
        String answer = client.get("/jobs", Map.of());
        if (json()) {
            text.line(answer);
            return 0;
        }
        text.table(
                "no jobs",
                List.of("JOB", "STATE", "PROGRESS", "MESSAGE"),
                ApiClient.read(answer, PAGE).items().stream()
                        .map(one -> List.of(
                                one.id(),
                                dev.bailey.control.api.ApiJson.label(one.state()),
                                Change.progress(one),
                                one.message()))
                        .toList());
        return 0;
    }

    /** Follows a job to its end: a line of progress on a terminal; 0 when it was done. */
    static int follow(ApiClient client, Text text, String job, boolean json, PrintWriter progress, long everyMs) {
        String last = "";
        while (true) {
            String answer = client.get("/jobs/" + ApiClient.part(job), Map.of());
            JobView view = ApiClient.read(answer, JobView.class);
            if (view.state().ended()) {
                text.line(json ? answer : told(view));
                return view.state() == JobView.State.DONE ? 0 : 1;
            }
            String line = Change.progress(view);
            if (!line.equals(last)) {
                progress.println(line);
                progress.flush();
                last = line;
            }
            try {
                Thread.sleep(everyMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ApiFailure("interrupted; the job goes on, see `bailey jobs " + job + "`");
            }
        }
    }

    private static String told(JobView job) {
        String results = job.results().isEmpty() ? "" : " " + job.results();
        return "job " + job.id() + " " + dev.bailey.control.api.ApiJson.label(job.state()) + ": " + Change.progress(job)
                + "; " + job.message() + results;
    }
}
