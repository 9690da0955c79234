package dev.bailey.model.route;

import static dev.bailey.model.route.Fixture.at;
import static dev.bailey.model.route.Fixture.request;
import static dev.bailey.model.route.Fixture.route;
import static dev.bailey.model.route.Fixture.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.spec.CohortSpec;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.PinSpec;
import dev.bailey.model.spec.PinSpec.By;
import dev.bailey.model.spec.SliceSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PinningTest {

    private static final PinSpec COOKIE = new PinSpec(By.COOKIE, "crossing", PinSpec.USUAL_TTL, PinSpec.USUAL_MAX);
    private static final PinSpec HEADER = new PinSpec(By.HEADER, "X-Crossing", PinSpec.USUAL_TTL, PinSpec.USUAL_MAX);
    private static final PinSpec KEY = new PinSpec(By.KEY, "", PinSpec.USUAL_TTL, PinSpec.USUAL_MAX);

    private final Decision decision = new Decision();

    private static SliceSpec pinned(SliceKind kind, PinSpec by) {
        return slice(
                        kind,
                        List.of(new CohortSpec(
                                "internal", new EntitySource(EntitySource.Kind.HEADER, "X-Account"), Set.of("acme"))),
                        Set.of("allowed"),
                        Set.of("denied"),
                        route("GET /o/{id}", "path:id"),
                        route("PUT /o/{id}", "path:id"),
                        route("POST /o", "response:/id"),
                        route("GET /o", "header:X-Key"),
                        route("GET /reject", "header:X-Key", MissingKey.REJECT, "", Map.of(), Map.of()))
                .withPins(by);
    }

    private Decision decided(Snapshot snapshot, String line, String... headers) {
        Router.decide(snapshot, new Pinned(request(line, headers)), decision);
        return decision;
    }

    private void assertDecided(Snapshot snapshot, Side side, Rule rule, String line, String... headers) {
        Decision made = decided(snapshot, line, headers);
        assertThat(made.side()).as("%s of %s", made.decision(), line).isEqualTo(side);
        assertThat(made.rule()).isEqualTo(rule);
    }

    @Test
    void aPinBeatsListsCohortsAndRampButNotTheDenyList() {
        Snapshot none = at(pinned(SliceKind.STATEFUL, COOKIE), Phase.READ_CUTOVER, Ramp.NONE, "internal");
        Snapshot full = at(pinned(SliceKind.STATEFUL, COOKIE), Phase.READ_CUTOVER, Ramp.FULL, "internal");

        assertDecided(none, Side.MODERN, Rule.PIN, "GET /o/1", "Cookie", "a=b; crossing=modern");
        assertDecided(full, Side.LEGACY, Rule.PIN, "GET /o/1", "Cookie", "crossing=legacy");
        assertDecided(none, Side.LEGACY, Rule.PIN, "GET /o/1", "Cookie", "crossing=legacy", "X-Account", "acme");
        assertDecided(none, Side.LEGACY, Rule.PIN, "GET /o/allowed", "Cookie", "crossing=legacy");
        assertDecided(none, Side.LEGACY, Rule.DENY, "GET /o/denied", "Cookie", "crossing=modern");
        assertDecided(none, Side.MODERN, Rule.PIN, "GET /o", "Cookie", "crossing=modern");
        assertDecided(full, Side.MODERN, Rule.RAMP, "GET /o/1", "Cookie", "crossing=forged");
        assertThat(decided(none, "GET /reject", "Cookie", "crossing=modern").isRejected())
                .isTrue();
    }

    @Test
    void headerAndKeyPinAsACookieDoes() {
        Snapshot byHeader = at(pinned(SliceKind.STATEFUL, HEADER), Phase.READ_CUTOVER, Ramp.NONE);
        Snapshot byKey = at(pinned(SliceKind.STATEFUL, KEY), Phase.READ_CUTOVER, Ramp.NONE);

        assertDecided(byHeader, Side.MODERN, Rule.PIN, "GET /o/1", "x-crossing", "modern");
        assertDecided(byHeader, Side.LEGACY, Rule.RAMP, "GET /o/1", "Cookie", "X-Crossing=modern");
        assertDecided(byKey, Side.MODERN, Rule.PIN, "GET /o/modern");
        assertDecided(byKey, Side.LEGACY, Rule.RAMP, "GET /o/1");
        assertDecided(byKey, Side.LEGACY, Rule.MISSING_KEY, "GET /o");
    }

    /** Two clients with different pins must never write one entity at both sides, nor read it where it is not written. */
    @ParameterizedTest
    @EnumSource(SliceKind.class)
    void noPinMovesWhatHangsOnAuthority(SliceKind kind) {
        for (Phase phase : PhaseTable.path(kind)) {
            Ramp ramp = PhaseTable.hasRamp(phase) ? new Ramp(5_000) : Ramp.NONE;
            Snapshot snapshot = at(pinned(kind, COOKIE), phase, ramp);
            for (String line : List.of("PUT /o/1", "PUT /o/2", "POST /o", "GET /o/1", "GET /o/2")) {
                boolean read = line.startsWith("GET");
                boolean free = phase == Phase.READ_CUTOVER && (read || kind == SliceKind.STATELESS);
                Side without = decided(snapshot, line).side();
                assertThat(decision.beginsPin())
                        .as("%s at %s", line, phase)
                        .isEqualTo(kind != SliceKind.SWITCH
                                && (read || kind == SliceKind.STATELESS)
                                && phase.isBefore(Phase.WRITE_CUTOVER));
                for (Side pin : Side.values()) {
                    Decision made = decided(snapshot, line, "Cookie", "crossing=" + pin.name());
                    assertThat(made.side()).as("%s at %s", line, phase).isEqualTo(free ? pin : without);
                    assertThat(made.rule() == Rule.PIN).isEqualTo(free);
                    assertThat(made.beginsPin())
                            .as("%s at %s", line, phase)
                            .isEqualTo(kind != SliceKind.SWITCH
                                    && (read || kind == SliceKind.STATELESS)
                                    && phase.isBefore(Phase.READ_CUTOVER)
                                    && pin == Side.MODERN);
                }
            }
        }
    }

    @Test
    void aPinBeginsOnceAndWithWhatThePinsGoBy() {
        Snapshot byKey = at(pinned(SliceKind.STATEFUL, KEY), Phase.READ_CUTOVER, Ramp.FULL);
        Snapshot byCookie = at(pinned(SliceKind.STATEFUL, COOKIE), Phase.READ_CUTOVER, Ramp.FULL);

        assertThat(decided(byKey, "GET /o/1").beginsPin()).isTrue();
        assertThat(decided(byKey, "GET /o").beginsPin()).as("there is no key").isFalse();
        assertThat(decided(byKey, "GET /o/modern").beginsPin()).isFalse();
        assertThat(decision.isPinned()).isTrue();
        assertThat(decided(byCookie, "GET /o").beginsPin()).isTrue();
        assertThat(decided(byCookie, "GET /o/1", "Cookie", "crossing=forged").beginsPin())
                .isTrue();
        assertThat(decision.isPinned()).isFalse();
        assertThat(decided(byCookie, "GET /o/denied").beginsPin()).isFalse();
        assertThat(decided(byCookie, "GET /reject").beginsPin()).isFalse();
        assertThat(decided(byCookie, "GET /else").beginsPin()).isFalse();
    }

    /** A request whose pin is told by the value alone: the name of a side. */
    private record Pinned(RequestFacts same) implements RequestFacts {
        @Override
        public String method() {
            return same.method();
        }

        @Override
        public String path() {
            return same.path();
        }

        @Override
        public String query() {
            return same.query();
        }

        @Override
        public @Nullable String header(String name) {
            return same.header(name);
        }

        @Override
        public @Nullable Side pin(SliceSpec slice, Text by) {
            for (Side side : Side.values()) {
                if (side.name().equalsIgnoreCase(by.toString())) {
                    return side;
                }
            }
            return null;
        }
    }
}
