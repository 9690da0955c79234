package dev.bailey.model.route;

import static dev.bailey.model.route.Fixture.ORDERS;
import static dev.bailey.model.route.Fixture.at;
import static dev.bailey.model.route.Fixture.request;
import static dev.bailey.model.route.Fixture.route;
import static dev.bailey.model.route.Fixture.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.phase.Flags;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseRow;
import dev.bailey.model.phase.PhaseRow.Replication;
import dev.bailey.model.phase.PhaseRow.Serving;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.spec.CohortSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.EntitySource.Kind;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.SliceSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RouterTest {

    private static final CohortSpec BY_HEADER =
            new CohortSpec("internal", new EntitySource(Kind.HEADER, "X-Account"), Set.of("acme"));
    private static final CohortSpec BY_KEY = new CohortSpec("keys", new EntitySource(Kind.CONST, ""), Set.of("k1"));

    private static SliceSpec orders(SliceKind kind) {
        return slice(
                kind,
                List.of(BY_HEADER, BY_KEY),
                Set.of("allowed", "both"),
                Set.of("denied", "both"),
                route("GET /o/{id}", "path:id"),
                route("PUT /o/{id}", "path:id"),
                route("POST /o", "response:/id"),
                keyed("GET /legacy", MissingKey.LEGACY),
                keyed("GET /modern", MissingKey.MODERN),
                keyed("GET /hash", MissingKey.HASH_CLIENT),
                keyed("GET /reject", MissingKey.REJECT),
                keyed("PUT /modern", MissingKey.MODERN),
                keyed("PUT /reject", MissingKey.REJECT));
    }

    private static dev.bailey.model.spec.RouteSpec keyed(String label, MissingKey missing) {
        return route(label, "header:X-Key", missing, "", Map.of(), Map.of());
    }

    /** Every phase, kind, ramp, method and key: the side is what the table says, and never anything else. */
    @ParameterizedTest
    @EnumSource(SliceKind.class)
    void everyDecisionIsTheTablesOwn(SliceKind kind) {
        SliceSpec slice = orders(kind);
        for (Phase phase : PhaseTable.path(kind)) {
            PhaseRow row = PhaseTable.row(phase);
            for (int hundredths :
                    PhaseTable.hasRamp(phase) ? new int[] {0, 1, 100, 5_000, 9_999, 10_000} : new int[] {0}) {
                Ramp ramp = new Ramp(hundredths);
                Snapshot snapshot = at(slice, phase, ramp);
                Flags flags = Flags.of(phase, ramp);
                for (int key = 0; key < 300; key++) {
                    boolean across = ramp.covers(Bucket.of(ORDERS, "k-" + key));
                    RouteDecision read = Router.decide(snapshot, request("GET /o/k-" + key));
                    RouteDecision write = Router.decide(snapshot, request("PUT /o/k-" + key));
                    Serving reads = kind == SliceKind.SWITCH ? row.writes() : row.reads();
                    Serving writes = kind == SliceKind.STATELESS ? row.reads() : row.writes();

                    assertThat(read.side()).isEqualTo(side(reads, across));
                    assertThat(write.side()).isEqualTo(side(writes, across));
                    assertThat(write.journalled()).isEqualTo(slice.hasState() && row.replication() != Replication.NONE);
                    assertThat(write.follower())
                            .isEqualTo(
                                    slice.hasState() && row.replication() == Replication.FOLLOWER
                                            ? write.side().other()
                                            : null);
                    assertThat(read.journalled()).isFalse();
                    assertThat(read.epoch()).isEqualTo(new Epoch(7));
                    if (read.side() == Side.MODERN && kind != SliceKind.SWITCH) {
                        assertThat(flags.readModern()).isTrue();
                    }
                    if (write.side() == Side.MODERN && kind != SliceKind.STATELESS) {
                        assertThat(flags.writeModern()).isTrue();
                        assertThat(read.side())
                                .as("who owns an entity's writes serves its reads")
                                .isEqualTo(Side.MODERN);
                    }
                    if (write.side() == Side.LEGACY) {
                        assertThat(flags.legacyWrites()).isTrue();
                    }
                }
            }
        }
    }

    private static Side side(Serving serving, boolean across) {
        return switch (serving) {
            case LEGACY -> Side.LEGACY;
            case MODERN -> Side.MODERN;
            case RAMP -> across ? Side.MODERN : Side.LEGACY;
        };
    }

    @Test
    void denyBeatsAllowAllowBeatsCohortAndCohortBeatsRamp() {
        Snapshot none = at(orders(SliceKind.STATEFUL), Phase.READ_CUTOVER, Ramp.NONE, "internal", "keys");
        Snapshot full = at(orders(SliceKind.STATEFUL), Phase.READ_CUTOVER, Ramp.FULL, "internal", "keys");

        assertDecided(none, request("GET /o/both", "X-Account", "acme"), Side.LEGACY, Rule.DENY);
        assertDecided(full, request("GET /o/denied"), Side.LEGACY, Rule.DENY);
        assertDecided(none, request("GET /o/allowed", "X-Account", "acme"), Side.MODERN, Rule.ALLOW);
        assertDecided(none, request("GET /o/1", "X-Account", "acme"), Side.MODERN, Rule.COHORT);
        assertDecided(none, request("GET /o/k1"), Side.MODERN, Rule.COHORT);
        assertDecided(none, request("GET /o/1", "X-Account", "other"), Side.LEGACY, Rule.RAMP);
        assertDecided(full, request("GET /o/1"), Side.MODERN, Rule.RAMP);
    }

    @Test
    void aCohortCountsOnlyOnceItIsAcross() {
        Snapshot snapshot = at(orders(SliceKind.STATEFUL), Phase.READ_CUTOVER, Ramp.NONE);

        assertDecided(snapshot, request("GET /o/1", "X-Account", "acme"), Side.LEGACY, Rule.RAMP);
    }

    @Test
    void writeAuthorityHangsOnTheEntityAlone() {
        Snapshot snapshot = at(orders(SliceKind.STATEFUL), Phase.WRITE_CUTOVER, Ramp.NONE, "internal", "keys");

        assertDecided(snapshot, request("PUT /o/1", "X-Account", "acme"), Side.LEGACY, Rule.RAMP);
        assertDecided(snapshot, request("PUT /o/k1"), Side.MODERN, Rule.COHORT);
        assertDecided(snapshot, request("PUT /modern"), Side.LEGACY, Rule.MISSING_KEY);
    }

    @Test
    void aSwitchMovesReadsWithTheWritesTheyBelongTo() {
        Snapshot before = at(orders(SliceKind.SWITCH), Phase.WRITE_CUTOVER, Ramp.NONE, "internal");

        assertDecided(before, request("GET /o/1", "X-Account", "acme"), Side.LEGACY, Rule.RAMP);
        assertDecided(before, request("PUT /o/1", "X-Account", "acme"), Side.LEGACY, Rule.RAMP);
        assertDecided(before, request("GET /modern"), Side.LEGACY, Rule.MISSING_KEY);
    }

    @Test
    void aMintedKeyGoesWithTheWholeSlicesAuthority() {
        SliceSpec slice = orders(SliceKind.STATEFUL);

        assertDecided(
                at(slice, Phase.WRITE_CUTOVER, new Ramp(9_999), "internal"),
                request("POST /o", "X-Account", "acme"),
                Side.LEGACY,
                Rule.MINTED_KEY);
        assertDecided(at(slice, Phase.WRITE_CUTOVER, Ramp.FULL), request("POST /o"), Side.MODERN, Rule.MINTED_KEY);
        assertDecided(at(slice, Phase.LEGACY_OFF, Ramp.NONE), request("POST /o"), Side.MODERN, Rule.PHASE);
    }

    @Test
    void aMissingKeyFollowsItsPolicy() {
        Snapshot half = at(orders(SliceKind.STATEFUL), Phase.READ_CUTOVER, new Ramp(5_000), "internal");
        boolean client = new Ramp(5_000).covers(Bucket.of(ORDERS, "192.0.2.7"));

        assertDecided(half, request("GET /legacy"), Side.LEGACY, Rule.MISSING_KEY);
        assertDecided(half, request("GET /modern"), Side.MODERN, Rule.MISSING_KEY);
        assertDecided(half, request("GET /hash"), client ? Side.MODERN : Side.LEGACY, Rule.MISSING_KEY);
        assertThat(Router.decide(half, request("GET /hash")).bucket()).isEqualTo(Bucket.of(ORDERS, "192.0.2.7"));
        assertThat(Router.decide(half, request("GET /legacy")).bucket()).isEqualTo(-1);
        assertDecided(half, request("GET /legacy", "X-Key", ""), Side.LEGACY, Rule.MISSING_KEY);
        assertDecided(half, request("GET /legacy", "X-Account", "acme"), Side.MODERN, Rule.COHORT);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void aRefusedKeyIsRefusedInEveryPhaseAndForEveryCohort(Phase phase) {
        Snapshot snapshot = PhaseTable.hasRamp(phase)
                ? at(orders(SliceKind.STATEFUL), phase, Ramp.FULL, "internal")
                : at(orders(SliceKind.STATEFUL), phase, Ramp.NONE);

        for (String line : List.of("GET /reject", "PUT /reject")) {
            RouteDecision decision = Router.decide(snapshot, request(line, "X-Account", "acme"));
            assertThat(decision.rejected()).isTrue();
            assertThat(decision.journalled()).isFalse();
            assertThat(decision.compareAnswers()).isFalse();
        }
        assertThat(Router.decide(snapshot, request("GET /reject", "X-Key", "7")).rejected())
                .isFalse();
    }

    @Test
    void keysComeFromQueryCookieAndHeader() {
        Snapshot snapshot = at(
                slice(route("GET /q", "query:id"), route("GET /c", "cookie:acc"), route("GET /h", "header:X-A")),
                Phase.READ_CUTOVER,
                Ramp.NONE);

        assertThat(key(snapshot, request("GET /q?x=1&id=a%20b+c&id=2"))).isEqualTo("a b c");
        assertThat(key(snapshot, request("GET /q?i%64=7"))).isEqualTo("7");
        assertThat(key(snapshot, request("GET /c", "Cookie", "a=b; acc=7=8 ;x")))
                .isEqualTo("7=8");
        assertThat(key(snapshot, request("GET /h", "x-a", "acme"))).isEqualTo("acme");
        assertThat(key(snapshot, request("GET /q?id"))).isEqualTo("null");
    }

    private static String key(Snapshot snapshot, RequestFacts facts) {
        return String.valueOf(Router.decide(snapshot, facts).entity());
    }

    @Test
    void aStateHoldsOnlyWhatItsPhaseHas() {
        assertThatThrownBy(() -> new SliceState(ORDERS, Phase.SHADOW_READ, new Ramp(1), Set.of(), Epoch.FIRST))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SliceState(ORDERS, Phase.LEGACY_OFF, Ramp.NONE, Set.of("internal"), Epoch.FIRST))
                .isInstanceOf(IllegalArgumentException.class);
        SliceState first = SliceState.first(ORDERS);
        SliceState moved = first.moved(Phase.READ_CUTOVER, Ramp.NONE, Set.of("internal"));
        assertThat(moved.epoch()).isEqualTo(first.epoch().next());
        assertThat(moved.flags().readModern())
                .as("a cohort alone puts reads across")
                .isTrue();
        assertThat(first.flags()).isEqualTo(Flags.of(Phase.LEGACY_ONLY, Ramp.NONE));
    }

    @Test
    void aSnapshotTakesNoRecordOfASliceItDoesNotKnow() {
        Snapshot snapshot = at(orders(SliceKind.STATEFUL), Phase.LEGACY_ONLY, Ramp.NONE);

        assertThatThrownBy(() -> snapshot.with(SliceState.first(new SliceName("other"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other");
        SliceState next = snapshot.state(ORDERS).moved(Phase.DUAL_WRITE, Ramp.NONE, Set.of());
        assertThat(snapshot.with(next).state(ORDERS)).isEqualTo(next);
        assertThat(snapshot.state(ORDERS).phase()).isEqualTo(Phase.LEGACY_ONLY);
    }

    private static void assertDecided(Snapshot snapshot, RequestFacts facts, Side side, Rule rule) {
        RouteDecision decision = Router.decide(snapshot, facts);
        assertThat(decision.side()).as("%s", decision).isEqualTo(side);
        assertThat(decision.rule()).isEqualTo(rule);
    }
}
