package dev.bailey.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.Bridge;
import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.dualwrite.WriteRequest;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.Bucket;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.Pin;
import dev.bailey.model.route.PinTokens;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.route.Text;
import dev.bailey.model.spec.PinSpec;
import dev.bailey.model.spec.PinSpec.By;
import dev.bailey.testkit.FakeClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExplainerTest {

    private static final URI ANY = URI.create("http://127.0.0.1:1");

    private final Explainer explainer = new Explainer(new WritePath() {
        @Override
        public CompletionStage<Admission> admit(WriteRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Side> aheadSide(SliceName slice, EntityKey entity) {
            return entity.value().equals("behind") ? Optional.of(Side.LEGACY) : Optional.empty();
        }

        @Override
        public boolean undeliveredSince(SliceName slice, Optional<EntityKey> entity, long nanoTime) {
            return false;
        }
    });

    private final Snapshot snapshot = Snapshot.of(
            Bridge.between(ANY, ANY).spec(),
            List.of(new SliceState(Bridge.ORDERS, Phase.READ_CUTOVER, Ramp.FULL, Set.of(), new Epoch(7))));

    private Explanation explain(String method, String target) {
        return explainer.explain(snapshot, new AskedRequest(method, target, Map.of()));
    }

    @Test
    void tellsRouteKeyBucketPhaseEpochSideAndRule() {
        Explanation read = explain("GET", "/orders/42?x=1");
        assertThat(read.slice()).contains("orders");
        assertThat(read.route()).contains("GET /orders/{id}");
        assertThat(read.key()).contains("42");
        assertThat(read.bucket()).contains(Bucket.of(Bridge.ORDERS, "42"));
        assertThat(read.phase()).isEqualTo(Phase.READ_CUTOVER);
        assertThat(read.epoch()).isEqualTo(7);
        assertThat(read.side()).isEqualTo(Side.MODERN);
        assertThat(read.rule()).isEqualTo(Rule.RAMP);
        assertThat(read.meaning()).isEqualTo(Rule.RAMP.meaning());
    }

    @Test
    void tellsThatAnUndeliveredWriteOverridesTheRamp() {
        Explanation read = explain("GET", "/orders/behind");
        assertThat(read.side()).isEqualTo(Side.LEGACY);
        assertThat(read.decidedSide()).isEqualTo(Side.MODERN);
        assertThat(read.rule()).isEqualTo(Rule.PENDING_WRITE);
        assertThat(read.ahead()).contains(Side.LEGACY);
    }

    @Test
    void tellsWritesFollowersRejectionsAndWhatNoRouteClaims() {
        Explanation write = explain("PUT", "/orders/42");
        assertThat(write.side()).isEqualTo(Side.LEGACY);
        assertThat(write.journalled()).isTrue();
        assertThat(write.follower()).contains(Side.MODERN);
        assertThat(explain("GET", "/orders").rejected()).isTrue();
        Explanation unmatched = explain("GET", "/elsewhere");
        assertThat(unmatched.slice()).isEmpty();
        assertThat(unmatched.rule()).isEqualTo(Rule.UNMATCHED);
        assertThat(unmatched.side()).isEqualTo(Side.LEGACY);
    }

    @Test
    void claimsAreReadFromABearerTokenWithoutItsSignature() {
        String payload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        "{\"sub\":\"u1\",\"https://x.example/plan\":\"gold\",\"tenant\":{\"id\":12,\"on\":true}}"
                                .getBytes(StandardCharsets.UTF_8));
        AskedRequest asked = new AskedRequest("GET", "/", Map.of("Authorization", "Bearer e30." + payload + ".sig"));
        assertThat(asked.claim("sub")).isEqualTo("u1");
        assertThat(asked.claim("tenant.id")).isEqualTo("12");
        assertThat(asked.claim("tenant.on")).isEqualTo("true");
        assertThat(asked.claim("https://x.example/plan")).isEqualTo("gold");
        assertThat(asked.claim("tenant")).isNull();
        assertThat(asked.claim("none")).isNull();
        assertThat(new AskedRequest("GET", "/", Map.of("authorization", "Basic abc")).claim("sub"))
                .isNull();
        assertThat(new AskedRequest("GET", "/", Map.of("authorization", "Bearer a.%%%.c")).claim("sub"))
                .isNull();
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void tellsThatAPinDecides(By by) {
        byte[] key = new byte[32];
        PinBook book = new PinBook();
        FakeClock clock = FakeClock.at(Instant.parse("2026-11-20T12:00:00Z"));
        PinSpec pins = new PinSpec(by, by == By.KEY ? "" : "orders-side", Duration.ofMinutes(30), 10);
        Snapshot pinning = Snapshot.of(
                Bridge.between(ANY, ANY).slice(slice -> slice.withPins(pins)).spec(),
                List.of(new SliceState(Bridge.ORDERS, Phase.READ_CUTOVER, Ramp.NONE, Set.of(), new Epoch(7))));
        Pin pin = new Pin(Side.MODERN, new Epoch(6), Instant.parse("2026-11-20T12:30:00Z"));
        String token = new PinTokens(key).token(Bridge.ORDERS, pin);
        book.note(Bridge.ORDERS, new EntityKey("42"), pin, 10);
        AskedRequest asked = new AskedRequest(
                "GET",
                "/orders/42",
                switch (by) {
                    case COOKIE -> Map.of("cookie", "a=b; orders-side=" + token);
                    case HEADER -> Map.of("Orders-Side", token);
                    case KEY -> Map.of();
                },
                new Pins(key, book, clock));

        Explanation pinned = explainer.explain(pinning, asked);
        assertThat(pinned.side()).isEqualTo(Side.MODERN);
        assertThat(pinned.rule()).isEqualTo(Rule.PIN);
        assertThat(pinned.meaning()).contains("pin");
        clock.advance(Duration.ofMinutes(31));
        Explanation over = explainer.explain(pinning, asked);
        assertThat(over.side()).isEqualTo(Side.LEGACY);
        assertThat(over.rule()).isEqualTo(Rule.RAMP);
    }

    /** What is asked about is read as it would be on the wire, broken escapes included. */
    @Test
    void pathsThatAreAskedAboutGoWhereTheyGoOnTheWire() {
        String[] pieces = {
            "/",
            "/",
            "%",
            "%2",
            "%%34",
            "%41",
            "%34",
            "%2F",
            "%2e",
            ".",
            "..",
            "a",
            "4",
            "%C3%A9",
            "%C3",
            "%zz",
            "orders",
            "/orders/",
            "%252e",
            "%6frders"
        };
        long seed = 20_261_121;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder path = new StringBuilder(random.nextInt(4) == 0 ? "/" : "/orders/");
            for (int n = random.nextInt(6); n >= 0; n--) {
                path.append(pieces[random.nextInt(pieces.length)]);
            }
            AskedRequest asked = new AskedRequest("GET", path.toString(), Map.of());
            Explanation byText = explainer.explain(snapshot, asked);
            Explanation byBytes = explainer.explain(snapshot, new OnTheWire(asked));
            assertThat(byText).as("seed %d: %s", seed, path).isEqualTo(byBytes);
        }
    }

    /** The same request as bytes in the middle of others, which is how the gateway reads one. */
    private record OnTheWire(AskedRequest asked) implements RequestFacts {
        @Override
        public void path(Text into) {
            byte[] bytes = ("GET " + asked.path() + " HTTP/1.1").getBytes(StandardCharsets.ISO_8859_1);
            into.set(bytes, 4, bytes.length - 9);
        }

        @Override
        public String path() {
            return asked.path();
        }

        @Override
        public String method() {
            return asked.method();
        }

        @Override
        public String query() {
            return asked.query();
        }

        @Override
        public @Nullable String header(String name) {
            return asked.header(name);
        }
    }

    @Test
    void otherSpellingsOfAPathAreTheSameRoute() {
        assertThat(explain("GET", "/%6frders/4%32").key()).contains("42");
        assertThat(explain("GET", "/orders/a%2Fb").key()).contains("a/b");
    }
}
