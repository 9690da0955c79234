package dev.bailey.benchmarks.bound;

import dev.bailey.benchmarks.machine.Workspace;
import dev.bailey.benchmarks.report.Report;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that all commands of bounds share. */
final class Options {

    @Option(names = "--checkout", paramLabel = "DIR", description = "the Bailey to measure (default: this one)")
    private @Nullable Path checkout;

    @Option(names = "--no-report", description = "print only, write no report")
    private boolean noReport;

    Path checkout(Workspace workspace) {
        return checkout == null ? workspace.home() : checkout.toAbsolutePath();
    }

    /** Writes the report unless told otherwise, and returns the exit code. */
    int end(Workspace workspace, Report report) {
        if (!noReport) {
            report.write(workspace);
        }
        return report.exitCode();
    }
}
