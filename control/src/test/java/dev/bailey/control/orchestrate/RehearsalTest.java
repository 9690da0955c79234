package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandResult.Cause;
import dev.bailey.control.command.CommandResult.Done;
import dev.bailey.control.command.CommandResult.Refused;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.Pending;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.OnFail;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.phase.Verdict;
import dev.bailey.model.route.SliceState;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

@ParameterizedClass
@ArgumentsSource(Backing.Usual.class)
class RehearsalTest {

    private final Backing backing;

    RehearsalTest(Backing backing) {
        this.backing = backing;
    }

    @TempDir
    Path folder;

    private static final Command REHEARSE = new Command.Rehearse(Crossing.ORDERS, new Ramp(100));

    private Crossing at(Phase phase, Ramp ramp) {
        Crossing crossing = new Crossing(backing, folder);
        crossing.walkTo(phase, ramp);
        crossing.writes.recent.add(HandoverTest.moving());
        crossing.published.clear();
        return crossing;
    }

    @Test
    void goesForwardAndBackFromReadCutoverAndProvesEquality() {
        try (Crossing crossing = at(Phase.READ_CUTOVER, Ramp.FULL)) {
            assertThat(crossing.gate(GateName.REHEARSED, Phase.WRITE_CUTOVER).verdict())
                    .isEqualTo(Verdict.INCONCLUSIVE);
            var readsSince =
                    crossing.gate(GateName.READS_MODERN, Phase.WRITE_CUTOVER).from();
            crossing.pass(Duration.ofSeconds(5));

            assertThat(crossing.operator(REHEARSE)).isInstanceOf(Done.class);

            assertThat(crossing.writes.calls)
                    .as("what the last fence kept still goes on")
                    .endsWith("fence", "release");
            assertThat(crossing.published)
                    .extracting(state -> state.phase() + " " + state.ramp())
                    .containsExactly("WRITE_CUTOVER 1%", "READ_CUTOVER 100%");
            assertThat(crossing.gate(GateName.REHEARSED, Phase.WRITE_CUTOVER).verdict())
                    .isEqualTo(Verdict.PASS);
            assertThat(crossing.gate(GateName.READS_MODERN, Phase.WRITE_CUTOVER).from())
                    .as("modern served all reads all the time")
                    .isEqualTo(readsSince);
            assertThat(crossing.plane.queries().rehearsals(Crossing.ORDERS, 5))
                    .singleElement()
                    .satisfies(proof -> assertThat(proof.keys()).isEqualTo(1));
            crossing.pass(Duration.ofDays(8));
            assertThat(crossing.gate(GateName.REHEARSED, Phase.WRITE_CUTOVER).verdict())
                    .isEqualTo(Verdict.INCONCLUSIVE);
        }
    }

    @Test
    void goesBackAndForwardFromWriteCutover() {
        try (Crossing crossing = at(Phase.WRITE_CUTOVER, Ramp.FULL)) {
            assertThat(crossing.operator(REHEARSE)).isInstanceOf(Done.class);
            assertThat(crossing.published)
                    .extracting(state -> state.phase() + " " + state.ramp())
                    .containsExactly("WRITE_CUTOVER 99%", "WRITE_CUTOVER 100%");
        }
    }

    @Test
    void aSwitchSliceRehearsesAsAWhole() {
        try (Crossing crossing = new Crossing(backing, folder, Crossing.slice(SliceKind.SWITCH, OnFail.HOLD))) {
            crossing.walkTo(Phase.SHADOW_READ, Ramp.NONE);
            crossing.writes.recent.add(HandoverTest.moving());
            assertThat(crossing.operator(REHEARSE).message()).contains("switched as a whole");
            assertThat(crossing.operator(new Command.Rehearse(Crossing.ORDERS, Ramp.FULL)))
                    .isInstanceOf(Done.class);
            assertThat(crossing.state().phase()).isEqualTo(Phase.SHADOW_READ);
        }
    }

    @Test
    void elsewhereItIsNotLegal() {
        try (Crossing crossing = at(Phase.READ_CUTOVER, new Ramp(5_000))) {
            assertThat(crossing.operator(REHEARSE)).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.cause()).isEqualTo(Cause.ILLEGAL);
                assertThat(refused.message()).contains("READ_CUTOVER at 50%");
            });
        }
    }

    @Test
    void inequalityIsKeptAndClosesTheGate() {
        try (Crossing crossing = at(Phase.READ_CUTOVER, Ramp.FULL)) {
            crossing.writes.recent.add(Crossing.key("other"));
            crossing.data.unequal.add(Crossing.key("other"));
            assertThat(crossing.operator(REHEARSE)).isInstanceOf(Refused.class);
            assertThat(crossing.gate(GateName.REHEARSED, Phase.WRITE_CUTOVER)).satisfies(reading -> {
                assertThat(reading.verdict()).isEqualTo(Verdict.FAIL);
                assertThat(reading.message()).contains("1 of 2 entities differ");
            });
            assertThat(crossing.state().phase()).isEqualTo(Phase.READ_CUTOVER);
        }
    }

    @Test
    void withoutWritesNothingIsProved() {
        try (Crossing crossing = at(Phase.READ_CUTOVER, Ramp.FULL)) {
            crossing.writes.recent.clear();
            assertThat(crossing.operator(REHEARSE).message()).contains("proved nothing", "under live writes");
            assertThat(crossing.plane.queries().rehearsals(Crossing.ORDERS, 5)).isEmpty();
        }
    }

    @Test
    void aCohortThatCouldNotComeHomeIsBroughtHomeByTheWatch() {
        try (Crossing crossing = at(Phase.READ_CUTOVER, Ramp.FULL)) {
            crossing.writes.duringQuiet = () -> {
                crossing.writes.duringQuiet = () -> crossing.nanos.addAndGet(3_000_000_000L);
            };
            CommandResult result = crossing.operator(REHEARSE);
            assertThat(result.message()).contains("the cohort is still across");
            assertThat(crossing.state().phase()).isEqualTo(Phase.WRITE_CUTOVER);
            assertThat(crossing.force()).isInstanceOf(Refused.class);

            crossing.writes.duringQuiet = () -> {};
            crossing.restart();
            assertThat(crossing.plane
                            .queries()
                            .slice(Crossing.ORDERS)
                            .orElseThrow()
                            .pending())
                    .extracting(Pending::kind)
                    .containsExactly(Pending.Kind.REHEARSAL);
            crossing.plane.tick();
            assertThat(crossing.state().phase()).isEqualTo(Phase.READ_CUTOVER);
            assertThat(crossing.state().ramp()).isEqualTo(Ramp.FULL);
            assertThat(crossing.plane
                            .queries()
                            .slice(Crossing.ORDERS)
                            .orElseThrow()
                            .pending())
                    .isEmpty();
        }
    }

    @Test
    void theKillSwitchEndsARehearsalForGood() {
        try (Crossing crossing = at(Phase.READ_CUTOVER, Ramp.FULL)) {
            crossing.writes.duringQuiet = () -> {
                crossing.writes.duringQuiet = () -> crossing.nanos.addAndGet(3_000_000_000L);
            };
            crossing.operator(REHEARSE);
            crossing.writes.duringQuiet = () -> {};
            assertThat(crossing.operator(new Command.Kill())).isInstanceOf(Done.class);
            SliceState safe = crossing.state();
            assertThat(safe.phase()).isEqualTo(Phase.SHADOW_READ);
            crossing.plane.tick();
            assertThat(crossing.state()).isEqualTo(safe);
        }
    }
}
