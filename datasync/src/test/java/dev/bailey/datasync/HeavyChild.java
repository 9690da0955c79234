package dev.bailey.datasync;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Optional;

/** A process with little memory that copies one store into another, and repairs half of what it copied. */
final class HeavyChild {

    private HeavyChild() {}

    public static void main(String[] args) throws Exception {
        String modernUrl = args[1];
        try (DataPlane plane = Plane.open(Shop.data(args[0], modernUrl, Optional.empty()), new Plane.Kept())) {
            done(plane, Plane.id(plane.startBackfill(Shop.ORDERS)));
            Shop.sql(modernUrl, "update purchase set remark = 'other' where order_id like '%5'");
            done(plane, Plane.id(plane.startReconcile(Shop.ORDERS, true, false)));
        }
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
        System.out.println("ended, peak of the heap's parts " + (peak >> 20) + " MiB");
    }

    private static void done(DataPlane plane, String id) {
        long begun = System.nanoTime();
        JobRecord job = Plane.ended(plane, id);
        System.out.println(job.kind() + " " + job.state() + " after " + (System.nanoTime() - begun) / 1_000_000
                + " ms: " + job.message());
        if (job.state() != JobState.DONE) {
            System.exit(1);
        }
    }
}
