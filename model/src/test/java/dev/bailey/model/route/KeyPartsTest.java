package dev.bailey.model.route;

import static dev.bailey.model.route.Fixture.at;
import static dev.bailey.model.route.Fixture.request;
import static dev.bailey.model.route.Fixture.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.EntitySource.Kind;
import dev.bailey.model.spec.KeySource;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RouteSpec;
import java.lang.management.ManagementFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyPartsTest {

    private static final Pattern VECTOR = Pattern.compile("(?m)^\\| `([^`]*)` \\| `([^`]*)` \\| `([^`]*)` \\|$");
    private static final RouteSpec IN_PATH = route(
            "GET /{tenant}/orders/{number}",
            MissingKey.LEGACY,
            source(Kind.PATH, "tenant"),
            source(Kind.PATH, "number"));
    private static final RouteSpec AROUND = route(
            "PUT /orders",
            MissingKey.REJECT,
            source(Kind.HEADER, "X-Tenant"),
            source(Kind.QUERY, "number"),
            source(Kind.BODY, "/line"));

    private static EntitySource source(Kind kind, String name) {
        return new EntitySource(kind, name);
    }

    private static RouteSpec route(String label, MissingKey missing, EntitySource... parts) {
        String[] words = label.split(" ", 2);
        return new RouteSpec(
                words[0],
                words[1],
                "",
                Map.of(),
                Map.of(),
                new KeySource(List.of(parts)),
                missing,
                !words[0].equals("GET"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Test
    void everyVectorIsSpelledSoByTheStoresAndByTheGateway() throws Exception {
        Snapshot snapshot = at(slice(IN_PATH), Phase.READ_CUTOVER, new Ramp(5_000));
        int vectors = 0;
        for (var row : VECTOR.matcher(Files.readString(Path.of("../docs/guide/canonical-form.md")))
                .results()
                .toList()) {
            List<String> parts = List.of(row.group(1), row.group(2));
            EntityKey key = new EntityKey(row.group(3));

            assertThat(KeyParts.joined(parts)).isEqualTo(key);
            assertThat(KeyParts.of(key, 2)).contains(parts);
            RequestFacts facts = request("GET /" + encoded(parts.get(0)) + "/orders/" + encoded(parts.get(1)));
            for (RequestFacts same : List.of(facts, new HeadFacts(facts))) {
                RouteDecision decided = Router.decide(snapshot, same);
                assertThat(decided.entity()).isEqualTo(key);
                assertThat(decided.bucket()).isEqualTo(Bucket.of(Fixture.ORDERS, key.value()));
            }
            vectors++;
        }
        assertThat(vectors).isGreaterThan(10);
    }

    @Test
    void noTwoKeysHaveOneSpelling() {
        Random random = new Random(7);
        String letters = "/~01a";
        Map<EntityKey, List<String>> seen = new HashMap<>();
        for (int round = 0; round < 20_000; round++) {
            List<String> parts = new ArrayList<>();
            for (int part = 0; part < 3; part++) {
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    text.append(letters.charAt(random.nextInt(letters.length())));
                }
                parts.add(text.toString());
            }
            EntityKey key = KeyParts.joined(parts);
            assertThat(KeyParts.of(key, 3)).contains(parts);
            assertThat(KeyParts.of(key, 2)).isEmpty();
            assertThat(seen.computeIfAbsent(key, _ -> parts)).isEqualTo(parts);
        }
    }

    @Test
    void aKeyOfOnePartIsThatPartAsItIs() {
        for (String text : List.of("17", "a/b", "~", "a~1b", "~2", "/")) {
            assertThat(KeyParts.joined(List.of(text))).isEqualTo(new EntityKey(text));
            assertThat(KeyParts.of(new EntityKey(text), 1)).contains(List.of(text));
        }
    }

    @Test
    void whatIsNoSpellingOfSoManyPartsIsNone() {
        for (String text : List.of("a", "a/", "/a", "a//b", "a/b/c", "a~/b", "a~2/b", "a/b~", "/")) {
            assertThat(KeyParts.of(new EntityKey(text), 2)).as(text).isEmpty();
        }
        assertThatThrownBy(() -> KeyParts.joined(List.of("a", ""))).isInstanceOf(IllegalArgumentException.class);
    }

    private record Around(
            @Nullable String tenant,
            String queried,
            @Nullable String line) implements RequestFacts {
        @Override
        public String method() {
            return "PUT";
        }

        @Override
        public String path() {
            return "/orders";
        }

        @Override
        public String query() {
            return queried;
        }

        @Override
        public @Nullable String header(String name) {
            return name.equals("x-tenant") ? tenant : null;
        }

        @Override
        public boolean hasBody() {
            return line != null;
        }

        @Override
        public @Nullable String body(String pointer) {
            return line;
        }
    }

    @Test
    void thePartsMayStandAnywhereInARequest() {
        Snapshot snapshot = at(slice(AROUND), Phase.WRITE_CUTOVER, Ramp.FULL);
        Decision decision = new Decision();

        Router.decide(snapshot, new Around("a/é", "number=%7E7", null), decision);
        assertThat(decision.needsBody()).isTrue();
        Router.decide(snapshot, new Around("a/é", "number=%7E7", "3"), decision);
        assertThat(decision.needsBody()).isFalse();
        assertThat(decision.entity()).isEqualTo(new EntityKey("a~1é/~07/3"));

        for (RequestFacts lacking : List.of(
                new Around(null, "number=7", "3"), new Around("a", "number=", "3"), new Around("a", "n=1", "3"))) {
            Router.decide(snapshot, lacking, decision);
            assertThat(decision.hasKey()).isFalse();
            assertThat(decision.rule()).isEqualTo(Rule.MISSING_KEY);
            assertThat(decision.isRejected()).isTrue();
        }
    }

    @Test
    void listsOfKeysNameThemAsTheyAreSpelled() {
        var spec = Fixture.slice(
                dev.bailey.model.phase.SliceKind.STATEFUL, List.of(), Set.of("a~1b/1"), Set.of("a~1b/2"), IN_PATH);
        Snapshot snapshot = at(spec, Phase.READ_CUTOVER, new Ramp(5_000));

        assertThat(Router.decide(snapshot, request("GET /a%2Fb/orders/1")).rule())
                .isEqualTo(Rule.ALLOW);
        RouteDecision denied = Router.decide(snapshot, request("GET /a%2Fb/orders/2"));
        assertThat(denied.rule()).isEqualTo(Rule.DENY);
        assertThat(denied.side()).isEqualTo(Side.LEGACY);
    }

    @Test
    void aMintedKeyIsReadFromTheResponseInAllItsParts() {
        KeySource minted = new KeySource(List.of(source(Kind.RESPONSE, "/tenant"), source(Kind.RESPONSE, "/number")));
        Map<String, String> body = Map.of("/tenant", "a/b", "/number", "7");

        assertThat(minted.minted(part -> Optional.ofNullable(body.get(part.name()))))
                .contains(List.of("a/b", "7"));
        assertThat(minted.minted(part -> part.name().equals("/tenant") ? Optional.of("a") : Optional.empty()))
                .isEmpty();
        assertThat(IN_PATH.entity().minted(pointer -> Optional.of("x"))).isEmpty();
    }

    @Test
    void aDecisionByAKeyOfSeveralPartsAllocatesNothing() {
        Snapshot snapshot = at(slice(IN_PATH), Phase.READ_CUTOVER, new Ramp(5_000));
        RequestFacts facts = new InBytes("/acme~x/orders/000017".getBytes(StandardCharsets.UTF_8));
        Decision decision = new Decision();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                Router.decide(snapshot, facts, decision);
                assert decision.bucket() >= 0;
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(decision.entity()).isEqualTo(new EntityKey("acme~0x/000017"));
        assertThat(allocated).as("bytes allocated by 1,000 decisions").isZero();
    }

    private record InBytes(byte[] bytes) implements RequestFacts {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public void path(Text into) {
            into.set(bytes, 0, bytes.length);
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }
    }
}
