package dev.bailey.model.route;

import static dev.bailey.model.route.Fixture.ORDERS;
import static dev.bailey.model.route.Fixture.at;
import static dev.bailey.model.route.Fixture.request;
import static dev.bailey.model.route.Fixture.route;
import static dev.bailey.model.route.Fixture.slice;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.spec.CohortSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.EntitySource.Kind;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DecisionTest {

    private static final CohortSpec TENANTS =
            new CohortSpec("tenants", new EntitySource(Kind.HEADER, "X-Account"), Set.of("acme", "globex"));
    private static final CohortSpec KEYS = new CohortSpec("keys", new EntitySource(Kind.CONST, ""), Set.of("k1"));

    private static final SliceSpec SLICE = slice(
            SliceKind.STATEFUL,
            List.of(TENANTS, KEYS),
            Set.of("allowed", "allowed-and-longer-than-a-word"),
            Set.of("denied", "allowed-and-longer-than-another"),
            route("GET /api/orders/{id}", "path:id"),
            route("PUT /api/orders/{id}", "path:id"),
            route("GET /api/orders/{id}/lines/{line}", "path:line"),
            route("GET /api/orders", "header:X-Account", MissingKey.HASH_CLIENT, "", Map.of(), Map.of()),
            route("POST /api/orders", "response:/id"),
            route("GET /api/search", "query:id", MissingKey.REJECT, "", Map.of(), Map.of()),
            route("GET /api/search", "cookie:acc", MissingKey.MODERN, "", Map.of("X-By", "cookie"), Map.of()),
            route("GET /shop/**", "const:shop", MissingKey.LEGACY, "shop.example", Map.of(), Map.of("v", "2")));

    private static final Snapshot HALF = at(SLICE, Phase.READ_CUTOVER, new Ramp(5_000), "tenants", "keys");

    /** One decision is written into for every request, so nothing of the one before may be left in it. */
    @Test
    void bytesAreDecidedAsTheSameStrings() {
        Random random = new Random(20_261);
        Decision decision = new Decision();
        for (Phase phase : Phase.values()) {
            Snapshot snapshot = phase == Phase.READ_CUTOVER ? HALF : at(SLICE, phase, Ramp.NONE);
            for (int round = 0; round < 3_000; round++) {
                RequestFacts facts = anyRequest(random);
                Router.decide(snapshot, new HeadFacts(facts), decision);

                assertThat(decision.decision()).as("%s", facts).isEqualTo(Router.decide(snapshot, facts));
                assertThat(decision.match()).isEqualTo(Router.match(snapshot, facts));
                RouteMatch match = decision.match();
                if (match != null) {
                    assertThat(Router.decide(snapshot.state(ORDERS), match, facts))
                            .isEqualTo(decision.decision());
                }
            }
        }
    }

    private static RequestFacts anyRequest(Random random) {
        String path = one(random, "/api/orders", "/api/orders/", "/api/search", "/shop/a/b", "/api//orders/")
                + one(random, "", "7", "allowed", "denied", "k1", "a%2Fb", "\u00fc", "%C3%BC", "..", "1/lines/2", "%2e")
                + one(random, "", "", "-and-longer-than-a-word", "-and-longer-than-another", "/", "/../7");
        String query = one(random, "", "?id=7", "?v=2", "?a=b&id=x+y", "?i%64=%C3%BC&v=2", "?id=\u00fc", "?id");
        List<String> headers = new ArrayList<>();
        if (random.nextBoolean()) {
            headers.addAll(List.of("X-Account", one(random, "acme", "other", "", "M\u00fcller", "allowed")));
        }
        if (random.nextBoolean()) {
            headers.addAll(List.of("X-By", "cookie", "Cookie", one(random, "acc=7", "a=b; acc = \u00fc ;c", "acc")));
        }
        if (random.nextBoolean()) {
            headers.addAll(List.of("Host", one(random, "SHOP.example:80", "shop.example.", "sh\u00f6p", "[::1]:7")));
        }
        return request(one(random, "GET ", "PUT ", "POST ", "HEAD ") + path + query, headers.toArray(String[]::new));
    }

    private static String one(Random random, String... of) {
        return of[random.nextInt(of.length)];
    }

    @Test
    void aDecisionAllocatesNothing() {
        byte[] head = "/api/orders/ord-000001 acct-17 id=7&v=2 acc=7; b=c shop.example:80 allowed"
                .getBytes(StandardCharsets.US_ASCII);
        List<RequestFacts> requests = List.of(
                new Window(head, "GET", "/api/orders/ord-000001"),
                new Window(head, "GET", "/api/orders"),
                new Window(head, "PUT", "/api/orders/ord-000001"),
                new Window(head, "HEAD", "/api/orders/"),
                new Window(head, "GET", "/orders/ord-000001"));
        Decision decision = new Decision();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                Router.decide(HALF, requests.get(i % requests.size()), decision);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).as("bytes allocated by 1,000 decisions").isZero();
    }

    @Test
    void aKeyInTheBodyIsDecidedOnceTheBodyIsAtHand() {
        Snapshot full = at(slice(route("GET /find", "body:/id")), Phase.READ_CUTOVER, Ramp.FULL);
        Decision decision = new Decision();

        Router.decide(full, new WithBody(null), decision);
        assertThat(decision.needsBody()).isTrue();
        assertThat(decision.hasKey()).isFalse();

        Router.decide(full, new WithBody("42"), decision);
        assertThat(decision.needsBody()).isFalse();
        assertThat(decision.entity()).isEqualTo(new EntityKey("42"));
        assertThat(decision.rule()).isEqualTo(Rule.RAMP);
        assertThat(decision.bucket()).isEqualTo(Bucket.of(ORDERS, "42"));

        Router.decide(full, request("GET /else"), decision);
        assertThat(decision.needsBody()).isFalse();
        assertThat(decision.hasKey()).isFalse();
    }

    @Test
    void slicesHaveTheNumbersOfTheirSnapshot() {
        RouteSpec first = route("GET /a/{id}", "path:id");
        SliceSpec one = named("one", first);
        SliceSpec two = named("two", route("GET /b/{id}", "path:id"));
        Snapshot snapshot = Snapshot.of(Fixture.migration(one, two), List.of());
        Decision decision = new Decision();

        assertThat(snapshot.size()).isEqualTo(2);
        assertThat(snapshot.index(one.name())).isZero();
        assertThat(snapshot.index(two.name())).isEqualTo(1);
        SliceState moved = snapshot.state(1).moved(Phase.LEGACY_OFF, Ramp.NONE, Set.of());
        Snapshot next = snapshot.with(moved);

        Router.decide(next, request("GET /b/1"), decision);
        assertThat(decision.sliceIndex()).isEqualTo(1);
        assertThat(decision.spec()).isEqualTo(two);
        assertThat(decision.state()).isEqualTo(moved);
        assertThat(decision.side()).isEqualTo(Side.MODERN);
        Router.decide(next, request("GET /a/1"), decision);
        assertThat(decision.sliceIndex()).isZero();
        assertThat(decision.route()).isEqualTo(first);
        assertThat(decision.side()).isEqualTo(Side.LEGACY);
        Router.decide(next, request("GET /c/1"), decision);
        assertThat(decision.sliceIndex()).isEqualTo(Decision.NO_SLICE);
        assertThat(decision.isMatched()).isFalse();
        assertThat(decision.match()).isNull();
        assertThat(decision.decision()).isEqualTo(Router.unmatched());
    }

    private static SliceSpec named(String name, RouteSpec route) {
        SliceSpec like = slice(route);
        return new SliceSpec(
                new SliceName(name),
                like.kind(),
                like.routes(),
                like.translate(),
                like.writes(),
                like.data(),
                like.shadow(),
                like.compare(),
                like.ramp(),
                like.cohorts(),
                like.allow(),
                like.deny(),
                like.limits(),
                like.gates());
    }

    @Test
    void theKeyKnownAloneDecidesAWriteAsItsRequestDid() {
        Snapshot moving = at(SLICE, Phase.WRITE_CUTOVER, new Ramp(5_000), "tenants", "keys");
        for (String key : List.of("1", "2", "allowed", "denied", "k1", "\u00fc")) {
            RequestFacts facts = request("PUT /api/orders/" + key, "X-Account", "acme");
            RouteMatch match = Objects.requireNonNull(Router.match(moving, facts));
            RouteDecision decided = Router.decide(moving, facts);

            assertThat(Router.decide(moving.state(ORDERS), match, new EntityKey(key)))
                    .isEqualTo(decided);
            assertThat(WriteAuthority.of(SLICE, moving.state(ORDERS), new EntityKey(key)))
                    .isEqualTo(decided.side());
        }
    }

    private record WithBody(@Nullable String key) implements RequestFacts {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/find";
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }

        @Override
        public boolean hasBody() {
            return key != null;
        }

        @Override
        public @Nullable String body(String pointer) {
            return pointer.equals("/id") ? key : null;
        }
    }

    /** A request without strings: whoever asks for one fails. */
    private record Window(byte[] head, String method, int pathFrom, int pathTo) implements RequestFacts {

        Window(byte[] head, String method, String path) {
            String text = new String(head, StandardCharsets.US_ASCII);
            int from = text.indexOf(path);
            this(head, method, from, from + path.length());
        }

        @Override
        public String path() {
            throw new AssertionError("asked for a string");
        }

        @Override
        public void path(Text into) {
            into.set(head, pathFrom, pathTo);
        }

        @Override
        public String query() {
            throw new AssertionError("asked for a string");
        }

        @Override
        public void query(Text into) {
            into.set(head, 31, 39);
        }

        @Override
        public @Nullable String header(String name) {
            throw new AssertionError("asked for a string");
        }

        @Override
        public boolean header(String lowerCaseName, Text into) {
            switch (lowerCaseName) {
                case "x-account" -> into.set(head, 23, 30);
                case "cookie" -> into.set(head, 40, 50);
                case "host" -> into.set(head, 51, 66);
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}
