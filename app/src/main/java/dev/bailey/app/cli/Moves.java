package dev.bailey.app.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that move slices, and start work on their data. */
final class Moves {

    private Moves() {}

    @Command(name = "advance", description = "One step forward: along the ramp, or to the next phase.")
    static final class Advance extends Change.OfSlice {
        @Option(names = "--to", paramLabel = "PHASE", description = "the phase, such as READ_CUTOVER")
        private @Nullable String to;

        @Option(names = "--ramp", paramLabel = "N%", description = "the ramp, such as 10%%")
        private @Nullable String ramp;

        @Option(names = "--force", description = "go although gates do not pass; needs the approver role")
        private boolean force;

        @Override
        int run(ApiClient client, Text text) {
            Map<String, Object> body = body();
            if (to != null) {
                body.put("to", to.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
            }
            if (ramp != null) {
                body.put("ramp", ramp);
            }
            if (force) {
                body.put("force", true);
            }
            return send(client, text, path("advance"), body, false);
        }
    }

    @Command(name = "back", description = "One step back.")
    static final class Back extends Undo {
        @Override
        int run(ApiClient client, Text text) {
            return send(client, text, path("back"), forced(), false);
        }
    }

    @Command(name = "rollback", description = "All the way back to where legacy serves and owns everything.")
    static final class Rollback extends Undo {
        @Override
        int run(ApiClient client, Text text) {
            return send(client, text, path("rollback"), forced(), false);
        }
    }

    /** A step back, which may be forced. */
    abstract static class Undo extends Change.OfSlice {
        @Option(
                names = "--force",
                description = "go although the stores may differ, which may lose writes; needs the approver role")
        private boolean force;

        Map<String, Object> forced() {
            Map<String, Object> body = body();
            if (force) {
                body.put("force", true);
            }
            return body;
        }
    }

    @Command(name = "kill", description = "Sends all slices to their safe side at once.")
    static final class Kill extends Change {
        @Override
        int run(ApiClient client, Text text) {
            return send(client, text, "/kill", body(), false);
        }
    }

    @Command(name = "hold", description = "Stops the watch from acting on a slice.")
    static final class Hold extends Change.OfSlice {
        @Override
        int run(ApiClient client, Text text) {
            Map<String, Object> body = body();
            body.put("held", true);
            return send(client, text, path("hold"), body, false);
        }
    }

    @Command(name = "forget", description = "Forgets a slice's differences after a fix: counts and windows begin anew.")
    static final class Forget extends Change.OfSlice {
        @Override
        int run(ApiClient client, Text text) {
            return send(client, text, path("forget-differences"), body(), false);
        }
    }

    @Command(name = "resume", description = "Lets the watch act on a slice again.")
    static final class Resume extends Change.OfSlice {
        @Override
        int run(ApiClient client, Text text) {
            Map<String, Object> body = body();
            body.put("held", false);
            return send(client, text, path("hold"), body, false);
        }
    }

    @Command(name = "backfill", description = "Starts or resumes the backfill; sets its speed while it runs.")
    static final class Backfill extends Change.OfSlice {
        @Option(
                names = "--rate",
                paramLabel = "N/s",
                description = "documents a second at most from now on, such as 5000/s; none for no bound")
        private @Nullable String rate;

        @ArgGroup
        private @Nullable Pausing pausing;

        /** One or the other. */
        static final class Pausing {
            @Option(names = "--pause", required = true, description = "let the running one wait, until --resume")
            private boolean pause;

            @Option(names = "--resume", required = true, description = "let it go on")
            private boolean resume;
        }

        @Option(names = "--wait", description = "follow it to its end")
        private boolean wait;

        @Override
        int run(ApiClient client, Text text) {
            Map<String, Object> body = body();
            if (rate != null) {
                body.put("rate", rate);
            }
            if (pausing != null) {
                body.put("paused", pausing.pause && !pausing.resume);
            }
            return send(client, text, path("backfill"), body, wait);
        }
    }

    @Command(name = "reconcile", description = "Starts a full reconcile of the two stores.")
    static final class Reconcile extends Change.OfSlice {
        @Option(names = "--repair", description = "refresh what differs")
        private boolean repair;

        @Option(names = "--dry-run", description = "only show what a repair would do")
        private boolean dryRun;

        @Option(names = "--rate", paramLabel = "N/s", description = "at most so many entities a second")
        private @Nullable String rate;

        @Option(names = "--wait", description = "follow it to its end")
        private boolean wait;

        @Override
        int run(ApiClient client, Text text) {
            Map<String, Object> body = body();
            body.put("repair", repair);
            body.put("dryRun", dryRun);
            if (rate != null) {
                body.put("rate", perSecond(rate));
            }
            return send(client, text, path("reconcile"), body, wait);
        }

        private long perSecond(String text) {
            String number = text.endsWith("/s") ? text.substring(0, text.length() - 2) : text;
            if (!number.matches("[1-9][0-9]{0,9}")) {
                throw new picocli.CommandLine.ParameterException(
                        commandLine(), "--rate is " + text + " (expected entities a second, such as 500/s)");
            }
            return Long.parseLong(number);
        }
    }

    @Command(name = "rehearse", description = "Moves a small cohort forward and back, and proves equality.")
    static final class Rehearse extends Change.OfSlice {
        @Option(names = "--cohort", paramLabel = "N%", defaultValue = "1%", description = "share of the entities")
        private String cohort = "1%";

        @Option(names = "--wait", description = "follow it to its end")
        private boolean wait;

        @Override
        int run(ApiClient client, Text text) {
            Map<String, Object> body = body();
            body.put("cohort", cohort);
            return send(client, text, path("rehearse"), body, wait);
        }
    }

    @Command(name = "approve", description = "Commands that wait for a second person: list them, decide one.")
    static final class Approve extends ClientCommand {
        @Parameters(arity = "0..1", paramLabel = "ID", description = "the approval; lists them without")
        private @Nullable String id;

        @Option(names = "--refuse", description = "refuse it")
        private boolean refuse;

        @Option(names = "--reason", paramLabel = "WHY", description = "why; kept in the audit trail")
        private String reason = "";

        @Override
        int run(ApiClient client, Text text) {
            if (id == null) {
                return Lists.approvals(client, text, json());
            }
            if (reason.isBlank()) {
                throw new picocli.CommandLine.ParameterException(
                        commandLine(), "Missing required option: '--reason=WHY'");
            }
            String path = "/approvals/" + ApiClient.part(id) + (refuse ? "/refuse" : "/approve");
            String answer = client.post(path, Map.of("reason", reason));
            text.line(
                    json()
                            ? answer
                            : ApiClient.read(answer, dev.bailey.control.api.CommandAnswer.class)
                                    .message());
            return 0;
        }
    }
}
