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
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

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

    @Test
    void otherSpellingsOfAPathAreTheSameRoute() {
        assertThat(explain("GET", "/%6frders/4%32").key()).contains("42");
        assertThat(explain("GET", "/orders/a%2Fb").key()).contains("a/b");
    }
}
