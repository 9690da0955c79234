package dev.bailey.datasync;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Progress;
import dev.bailey.model.spec.ReplaySpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A process that backfills from a log, to be killed. */
final class ReplayChild {

    private ReplayChild() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        ReplaySpec told = Accounts.replay(args[1], args[2], Accounts.STATE, Set.of(), false);
        ReplaySpec slow =
                new ReplaySpec(told.log(), told.state(), told.document(), 4_000, told.except(), told.truncated());
        Progress progress = new JobFiles(Files.createDirectories(folder.resolve("jobs")));
        try (DataPlane plane =
                Plane.open(Accounts.data(Optional.of(args[3]), args[4], slow), progress, folder.resolve("replay"))) {
            List<String> resumed = plane.resumeInterrupted();
            String id = resumed.isEmpty() ? Plane.id(plane.startBackfill(Shop.ORDERS)) : resumed.getFirst();
            System.out.println("began");
            JobRecord job = plane.job(id).orElseThrow();
            while (job.state() == JobState.RUNNING) {
                Thread.sleep(20);
                job = plane.job(id).orElseThrow();
            }
            System.out.println(job.state() + " " + job.message());
        }
    }
}
