package dev.bailey.gateway.dualwrite;

import static dev.bailey.gateway.dualwrite.Crossing.ITEMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.Slices;
import dev.bailey.gateway.dualwrite.WritePath.Admission;
import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RequestFacts;
import dev.bailey.model.route.RouteDecision.Rule;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Router;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.route.Text;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.PinSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.write.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes of a slice without state have no authority to keep. */
class WithoutStateTest {

    @TempDir
    Path folder;

    private static Snapshot pinned(MigrationSpec spec, SliceState state) {
        PinSpec pins = new PinSpec(PinSpec.By.COOKIE, "crossing", PinSpec.USUAL_TTL, PinSpec.USUAL_MAX);
        SliceSpec slice = Slices.withoutState(spec.slice(ITEMS).orElseThrow()).withPins(pins);
        MigrationSpec plain = new MigrationSpec(
                spec.migration(),
                spec.owner(),
                spec.finishBy(),
                spec.listen(),
                spec.admin(),
                spec.store(),
                spec.legacy(),
                spec.modern(),
                List.of(slice),
                spec.gateway());
        return Snapshot.of(plain, List.of(state));
    }

    @Test
    void theyGoWhereTheirRequestIsPinned() throws Exception {
        try (Crossing crossing = new Crossing(folder, Crossing.replay(), Phase.LEGACY_ONLY)) {
            MigrationSpec spec = crossing.current.get().spec();
            SliceState across = crossing.state().moved(Phase.READ_CUTOVER, Ramp.NONE, Set.of());
            crossing.current.set(pinned(spec, across));

            Admitted pinned = admit(crossing, Side.MODERN);
            assertThat(pinned.decision().side()).isEqualTo(Side.MODERN);
            assertThat(pinned.decision().rule()).isEqualTo(Rule.PIN);
            assertThat(pinned.decision().journalled()).isFalse();
            Admitted free = admit(crossing, null);
            assertThat(free.decision().side()).isEqualTo(Side.LEGACY);
            for (Admitted admitted : List.of(pinned, free)) {
                Tasks.await(admitted.settle(new Outcome.Applied(200, Optional.empty(), List.of(), new byte[0])));
            }
        }
    }

    private static Admitted admit(Crossing crossing, @Nullable Side pin) throws InterruptedException {
        RequestFacts facts = new Pinned(pin);
        RouteMatch match = Objects.requireNonNull(Router.match(crossing.current.get(), facts));
        Admission admission = Tasks.await(
                crossing.writes().admit(new WriteRequest(match, facts, "/items/1", List.of(), new byte[0], true)));
        return (Admitted) admission;
    }

    private record Pinned(@Nullable Side pinned) implements RequestFacts {
        @Override
        public String method() {
            return "PUT";
        }

        @Override
        public String path() {
            return "/items/1";
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public @Nullable String header(String name) {
            return name.equalsIgnoreCase("Cookie") ? "crossing=1" : null;
        }

        @Override
        public @Nullable Side pin(SliceSpec slice, Text by) {
            return pinned;
        }
    }
}
