package dev.bailey.datasync;

import dev.bailey.datasync.backfill.Board;
import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Progress;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.RecentWrites;
import dev.bailey.datasync.refresh.Exclusion;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.CompareSpec;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.FeedSpec;
import dev.bailey.model.spec.GatesSpec;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.RampSpec;
import dev.bailey.model.spec.ServiceSpec;
import dev.bailey.model.spec.ShadowSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TranslateSpec;
import dev.bailey.model.spec.WritesSpec;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.awaitility.Awaitility;

/** A data plane over one slice, and what tests ask of it. */
final class Plane {

    private Plane() {}

    /** Progress kept in memory, as a journal would keep it on disk. */
    static class Kept implements Progress {
        final Map<String, String> saved = new ConcurrentHashMap<>();

        /** Which key and text cannot be kept. */
        volatile BiPredicate<String, String> failing = (_, _) -> false;

        @Override
        public List<String> ids() {
            return List.copyOf(saved.keySet());
        }

        @Override
        public Optional<String> load(String jobId) {
            return Optional.ofNullable(saved.get(jobId));
        }

        @Override
        public void save(String jobId, String json) {
            if (failing.test(jobId, json)) {
                throw new IllegalStateException("cannot be kept");
            }
            saved.put(jobId, json);
        }
    }

    static DataPlane open(DataSpec data, Progress progress) {
        return open(data, progress, Pending.NONE, Pause.SLEEP);
    }

    static DataPlane open(DataSpec data, Progress progress, Pending pending, Pause pause) {
        return open(data, progress, pending, pause, InstantSource.system());
    }

    static DataPlane open(DataSpec data, Progress progress, Pending pending, Pause pause, InstantSource clock) {
        return open(Map.of(Shop.ORDERS, data), progress, pending, pause, clock);
    }

    private static SliceSpec slice(SliceName name, DataSpec data) {
        return new SliceSpec(
                name,
                SliceKind.STATEFUL,
                List.of(),
                TranslateSpec.NONE,
                WritesSpec.DEFAULTS,
                Optional.of(data),
                ShadowSpec.DEFAULTS,
                CompareSpec.DEFAULTS,
                RampSpec.DEFAULTS,
                List.of(),
                Set.of(),
                Set.of(),
                LimitsSpec.DEFAULTS,
                GatesSpec.DEFAULTS);
    }

    static MigrationSpec spec(DataSpec data, List<FeedSpec> feeds) {
        return spec(List.of(slice(Shop.ORDERS, data).withFeeds(feeds)));
    }

    private static MigrationSpec spec(List<SliceSpec> slices) {
        ServiceSpec service =
                new ServiceSpec(URI.create("http://127.0.0.1:1"), Optional.empty(), List.of(), Optional.empty());
        return new MigrationSpec(
                "shop",
                "team",
                LocalDate.of(2027, 1, 1),
                new HostPort("127.0.0.1", 0),
                new HostPort("127.0.0.1", 0),
                "embedded",
                service,
                service,
                slices,
                GatewaySpec.DEFAULTS);
    }

    static DataPlane open(DataSpec data, Pending pending, DataPorts.Authority authority) {
        return DataPlane.open(
                spec(data, List.of()),
                ports(new Kept(), pending, authority, RecentWrites.NONE, InstantSource.system()),
                Pause.SLEEP);
    }

    /** One of several nodes. */
    static DataPlane open(DataSpec data, Progress progress, Pending pending, Board board) {
        return open(data, progress, pending, board, Pause.SLEEP);
    }

    static DataPlane open(DataSpec data, Progress progress, Pending pending, Board board, Pause pause) {
        return DataPlane.open(
                spec(data, List.of()),
                new DataPorts(
                        progress,
                        pending,
                        Exclusion.NONE,
                        (name, key) -> Side.LEGACY,
                        RecentWrites.NONE,
                        InstantSource.system(),
                        System::nanoTime,
                        () -> UUID.randomUUID().toString(),
                        Path.of("no-states-of-logs"),
                        board),
                pause);
    }

    static DataPlane open(DataSpec data, Exclusion exclusion, Pause pause) {
        return DataPlane.open(
                spec(data, List.of()),
                new DataPorts(
                        new Kept(),
                        Pending.NONE,
                        exclusion,
                        (name, key) -> Side.LEGACY,
                        RecentWrites.NONE,
                        InstantSource.system(),
                        System::nanoTime,
                        () -> UUID.randomUUID().toString(),
                        Path.of("no-states-of-logs")),
                pause);
    }

    static DataPlane open(Map<SliceName, DataSpec> slices, Progress progress, Pending pending, Pause pause) {
        return open(slices, progress, pending, pause, InstantSource.system());
    }

    private static DataPlane open(
            Map<SliceName, DataSpec> slices, Progress progress, Pending pending, Pause pause, InstantSource clock) {
        return open(slices, progress, pending, pause, clock, RecentWrites.NONE);
    }

    static DataPlane open(
            Map<SliceName, DataSpec> slices,
            Progress progress,
            Pending pending,
            Pause pause,
            InstantSource clock,
            RecentWrites recent) {
        MigrationSpec spec = spec(slices.entrySet().stream()
                .map(entry -> slice(entry.getKey(), entry.getValue()))
                .toList());
        return DataPlane.open(spec, ports(progress, pending, (name, key) -> Side.LEGACY, recent, clock), pause);
    }

    /** With states folded from logs in a folder. */
    static DataPlane open(DataSpec data, Progress progress, Path folder) {
        return open(data, progress, folder, Pause.SLEEP);
    }

    static DataPlane open(DataSpec data, Progress progress, Path folder, Pause pause) {
        return DataPlane.open(
                spec(data, List.of()),
                ports(progress, Pending.NONE, (_, _) -> Side.LEGACY, RecentWrites.NONE, InstantSource.system(), folder),
                pause);
    }

    private static DataPorts ports(
            Progress progress,
            Pending pending,
            DataPorts.Authority authority,
            RecentWrites recent,
            InstantSource clock) {
        return ports(progress, pending, authority, recent, clock, Path.of("no-states-of-logs"));
    }

    private static DataPorts ports(
            Progress progress,
            Pending pending,
            DataPorts.Authority authority,
            RecentWrites recent,
            InstantSource clock,
            Path folder) {
        return new DataPorts(
                progress,
                pending,
                Exclusion.NONE,
                authority,
                recent,
                clock,
                System::nanoTime,
                () -> UUID.randomUUID().toString(),
                folder);
    }

    static String id(Started started) {
        return switch (started) {
            case Started.Running(String id, boolean _) -> id;
            case Started.Refused(String reason) -> throw new AssertionError(reason);
        };
    }

    /** Waits for a job to end. */
    static JobRecord ended(DataPlane plane, Started started) {
        return ended(plane, id(started));
    }

    static JobRecord ended(DataPlane plane, String id) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> plane.job(id).orElseThrow().state() != JobState.RUNNING);
        return plane.job(id).orElseThrow();
    }
}
