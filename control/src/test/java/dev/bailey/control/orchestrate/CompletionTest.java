package dev.bailey.control.orchestrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.command.Command;
import dev.bailey.control.completion.Burndown.Escalation;
import dev.bailey.control.completion.Certificate;
import dev.bailey.control.flag.Flag;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.Divergences.Kind;
import dev.bailey.control.state.Divergences.State;
import dev.bailey.model.phase.OnFail;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.WritesSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

@ParameterizedClass
@ArgumentsSource(Backing.Usual.class)
class CompletionTest {

    private final Backing backing;

    CompletionTest(Backing backing) {
        this.backing = backing;
    }

    @TempDir
    Path folder;

    @Test
    void theCertificateIsIssuedOnlyWhenEverySliceIsRetired() throws NoSuchAlgorithmException {
        try (Crossing crossing = new Crossing(
                backing,
                folder,
                Crossing.slice(SliceKind.STATEFUL, OnFail.HOLD),
                Crossing.slice("users", SliceKind.STATELESS, OnFail.HOLD, WritesSpec.DEFAULTS, Set.of()))) {
            crossing.walkTo(Phase.RETIRED, Ramp.NONE);
            assertThat(crossing.plane.queries().certificate()).isEmpty();

            crossing.plane.replace(
                    Crossing.migration(List.of(Crossing.slice(SliceKind.STATEFUL, OnFail.HOLD)), List.of()));
            Certificate certificate = crossing.plane.queries().certificate().orElseThrow();
            assertThat(certificate.json())
                    .contains("\"migration\" : \"orders\"", "\"to\" : \"RETIRED\"", "\"stallMs\"", "\"gate\" :");
            assertThat(certificate.text()).contains("LEGACY_OFF -> RETIRED  by ada: test (forced) (approval a-1)");
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(certificate.json().getBytes(StandardCharsets.UTF_8));
            assertThat(certificate.sha256()).isEqualTo(HexFormat.of().formatHex(digest));
            crossing.restart();
            crossing.plane.replace(
                    Crossing.migration(List.of(Crossing.slice(SliceKind.STATEFUL, OnFail.HOLD)), List.of()));
            assertThat(crossing.plane.queries().certificate()).contains(certificate);
        }
    }

    @Test
    void flagsFollowThePhaseWithTheirHistory() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.READ_CUTOVER, Ramp.FULL);
            crossing.operator(new Command.Kill());
            Flag read = crossing.plane.queries().flags().stream()
                    .filter(flag -> flag.name().equals("orders.read-modern"))
                    .findFirst()
                    .orElseThrow();
            assertThat(read.value()).isFalse();
            assertThat(read.owner()).isEqualTo("team-orders");
            assertThat(read.history()).extracting(Flag.Change::value).containsExactly(true, false);
            assertThat(read.stale()).isFalse();
            crossing.pass(Duration.ofDays(31));
            assertThat(crossing.plane.queries().flags())
                    .filteredOn(Flag::stale)
                    .extracting(Flag::name)
                    .contains("orders.read-modern", "orders.dual-write");
        }
    }

    @Test
    void theBurndownSaysTheOverrunLouderAndLouder() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.traffic(10, Crossing.Load.mirrored());
            assertThat(crossing.plane.queries().burndown().escalation()).isEqualTo(Escalation.NONE);
            assertThat(crossing.plane
                            .queries()
                            .burndown()
                            .legacyRequestsPerDayTotal()
                            .orElseThrow())
                    .isPositive();
            crossing.pass(Duration.ofDays(125));
            assertThat(crossing.plane.queries().burndown().escalation()).isEqualTo(Escalation.DUE);
            crossing.pass(Duration.ofDays(20));
            assertThat(crossing.plane.queries().burndown().escalation()).isEqualTo(Escalation.OVERDUE);
            crossing.pass(Duration.ofDays(30));
            assertThat(crossing.plane.queries().burndown().escalation()).isEqualTo(Escalation.ESCALATED);
            assertThat(crossing.plane.queries().burndown().legacyRequestsPerDay())
                    .isEmpty();
        }
    }

    @Test
    void divergencesAreKeptUntilTheyAreGone() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.SHADOW_READ, Ramp.NONE);
            SliceName orders = Crossing.ORDERS;
            var divergences = crossing.plane.divergences();
            divergences.found(orders, Crossing.key("1"), Kind.MISSING, List.of(), crossing.now.get());
            divergences.found(orders, Crossing.key("2"), Kind.DIFFERENT, List.of("/total"), crossing.now.get());
            divergences.settled(orders, Crossing.key("1"), State.REPAIRED, crossing.now.get());
            assertThat(crossing.plane.queries().slice(orders).orElseThrow().openDivergences())
                    .isEqualTo(1);
            crossing.pass(Duration.ofSeconds(1));
            crossing.operator(new Command.Reconcile(orders, false, false));
            crossing.data.end(Data.Kind.RECONCILE, Data.State.DONE, 0);
            crossing.plane.tick();
            assertThat(crossing.plane.queries().divergences(orders, 10))
                    .extracting(divergence -> divergence.key().value() + " " + divergence.state())
                    .containsExactlyInAnyOrder("1 REPAIRED", "2 GONE");
        }
    }

    @Test
    void aSliceOnItsWayCannotLeaveTheFile() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.walkTo(Phase.DUAL_WRITE, Ramp.NONE);
            assertThat(crossing.plane
                            .replace(Crossing.migration(List.of(), List.of()))
                            .message())
                    .contains("stands in DUAL_WRITE", "take it back first");
        }
    }

    @Test
    void progressIsKeptByKey() {
        try (Crossing crossing = new Crossing(backing, folder)) {
            crossing.plane.progress().put("backfill/orders", "{\"at\":7}");
            crossing.plane.progress().put("reconcile/orders", "{}");
            crossing.restart();
            assertThat(crossing.plane.progress().get("backfill/orders")).contains("{\"at\":7}");
            assertThat(crossing.plane.progress().startingWith("backfill/")).hasSize(1);
            crossing.plane.progress().remove("backfill/orders");
            assertThat(crossing.plane.progress().get("backfill/orders")).isEmpty();
        }
    }
}
