package dev.bailey.benchmarks.route;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.CompareSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.GatesSpec;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import dev.bailey.model.spec.LimitsSpec;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RampSpec;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.ServiceSpec;
import dev.bailey.model.spec.ShadowSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TranslateSpec;
import dev.bailey.model.spec.WritesSpec;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one decision costs with 1,000 routes in 50 slices, all on a ramp at half. Each call takes the next of 1,024 different
 * requests, so that neither caches nor branch prediction flatter it. Run it with {@code -prof gc}: none
 * may allocate.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseParallelGC")
public class RouterBenchmark {

    private static final int SLICES = 50;
    private static final int REQUESTS = 1_024;
    private static final List<String> ALLOWED = allowed();
    private static final List<String> RESOURCES = List.of("items", "customers", "invoices", "shipments", "price-lists");

    /**
     * Where the key stands: a number in the path, a UUID in the path, a header; no route; an entity on the allow list of
     * 1,000; a path with an escape.
     */
    @Param({"path", "uuid", "header", "unmatched", "allowed", "escaped"})
    public String request = "path";

    private final Decision decision = new Decision();
    private Snapshot snapshot = snapshot();
    private Head[] heads = {};
    private int next;

    @Setup
    public void prepare() {
        Random random = new Random(17);
        Function<Integer, String> path = of(request, random);
        heads = new Head[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            heads[i] = new Head(path.apply(random.nextInt(SLICES)), "x-account", "acct-" + random.nextInt(1_000_000));
        }
        snapshot = snapshot();
    }

    private static Function<Integer, String> of(String request, Random random) {
        return switch (request) {
            case "path" -> slice -> resource(slice, random) + "/" + random.nextInt(100_000_000);
            case "uuid" -> slice -> resource(slice, random) + "/" + uuid(random);
            case "header" -> slice -> resource(slice, random);
            case "unmatched" -> slice -> "/assets/s" + slice + "/app." + random.nextInt(100_000_000) + ".js";
            case "allowed" -> slice -> resource(slice, random) + "/" + ALLOWED.get(random.nextInt(ALLOWED.size()));
            case "escaped" -> slice -> "/api/s" + slice + "/%69tems/" + random.nextInt(100_000_000);
            default -> throw new IllegalArgumentException("no such request: " + request);
        };
    }

    private static String resource(int slice, Random random) {
        return "/api/s" + slice + "/" + RESOURCES.get(random.nextInt(RESOURCES.size()));
    }

    private static String uuid(Random random) {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /** Keys of the same two shapes as the requests have, so that none is told apart by its length. */
    private static List<String> allowed() {
        Random random = new Random(18);
        return IntStream.range(0, 1_000)
                .mapToObj(i -> i % 2 == 0 ? uuid(random) : String.valueOf(random.nextInt(100_000_000)))
                .distinct()
                .toList();
    }

    /** One decision. */
    @Benchmark
    public Decision decide() {
        Router.decide(snapshot, heads[next++ & REQUESTS - 1], decision);
        return decision;
    }

    private static Snapshot snapshot() {
        List<SliceSpec> slices = new ArrayList<>();
        List<SliceState> states = new ArrayList<>();
        for (int i = 0; i < SLICES; i++) {
            SliceSpec slice = slice("s" + i);
            slices.add(slice);
            states.add(new SliceState(
                    slice.name(), Phase.READ_CUTOVER, new Ramp(Ramp.BUCKETS / 2), Set.of(), Epoch.FIRST));
        }
        return Snapshot.of(migration(slices), states);
    }

    private static SliceSpec slice(String name) {
        EntitySource inPath = new EntitySource(EntitySource.Kind.PATH, "id");
        EntitySource inHeader = new EntitySource(EntitySource.Kind.HEADER, "X-Account");
        List<RouteSpec> routes = new ArrayList<>();
        for (String resource : RESOURCES) {
            String all = "/api/" + name + "/" + resource;
            routes.add(route("GET", all, inHeader, false));
            routes.add(route("GET", all + "/{id}", inPath, false));
            routes.add(route("PUT", all + "/{id}", inPath, true));
            routes.add(route("DELETE", all + "/{id}", inPath, true));
        }
        return new SliceSpec(
                new SliceName(name),
                SliceKind.STATEFUL,
                routes,
                TranslateSpec.NONE,
                WritesSpec.DEFAULTS,
                Optional.empty(),
                ShadowSpec.DEFAULTS,
                CompareSpec.DEFAULTS,
                RampSpec.DEFAULTS,
                List.of(),
                Set.copyOf(ALLOWED),
                Set.of("12345678"),
                LimitsSpec.DEFAULTS,
                GatesSpec.DEFAULTS);
    }

    private static RouteSpec route(String method, String path, EntitySource entity, boolean write) {
        return new RouteSpec(method, path, "", Map.of(), Map.of(), entity, MissingKey.LEGACY, write);
    }

    private static MigrationSpec migration(List<SliceSpec> slices) {
        ServiceSpec service =
                new ServiceSpec(URI.create("http://127.0.0.1:1"), Optional.empty(), List.of(), Optional.empty());
        HostPort any = new HostPort("127.0.0.1", 0);
        return new MigrationSpec(
                "benchmark",
                "nobody",
                LocalDate.of(2027, 1, 1),
                any,
                any,
                "embedded",
                service,
                service,
                slices,
                GatewaySpec.DEFAULTS);
    }
}
