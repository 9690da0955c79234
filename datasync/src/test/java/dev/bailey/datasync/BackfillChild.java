package dev.bailey.datasync;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.pace.Pause;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A process that copies one store into another while it writes to both, as a gateway does; to be killed. */
final class BackfillChild {

    private BackfillChild() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Progress progress = new JobFiles(Files.createDirectories(folder.resolve("jobs")));
        Flat flat = new Flat(args[1], args[2]);
        try (FlatWriters writers = new FlatWriters(flat, Integer.parseInt(args[3]), Optional.of(folder));
                DataPlane plane = Plane.open(flat.data(), progress, writers, Pause.SLEEP)) {
            writers.start(plane, System.nanoTime());
            List<String> resumed = plane.resumeInterrupted();
            String id = resumed.isEmpty() ? Plane.id(plane.startBackfill(Shop.ORDERS)) : resumed.getFirst();
            JobRecord job = plane.job(id).orElseThrow();
            while (job.state() == JobState.RUNNING) {
                Thread.sleep(10);
                job = plane.job(id).orElseThrow();
            }
            writers.close();
            System.out.println("ended " + job.state() + " after " + writers.writes() + " writes: " + job.message());
        }
    }
}
