package dev.bailey.control.orchestrate;

import static dev.bailey.control.orchestrate.Question.words;

import dev.bailey.control.command.Issue;
import dev.bailey.control.completion.Completion;
import dev.bailey.control.flag.FlagRegistry;
import dev.bailey.control.orchestrate.Question.Answer;
import dev.bailey.model.phase.GateName;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec.Idempotency;
import dev.bailey.model.spec.WritesSpec.Replicate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Gates on the services, the file, the slice's own place, and on what people have agreed. */
final class StepGates {

    private static final Set<String> NATURAL = Set.of("PUT", "DELETE");

    private final Health health;
    private final FlagRegistry flags;
    private final Completion completion;

    StepGates(Health health, FlagRegistry flags, Completion completion) {
        this.health = health;
        this.flags = flags;
        this.completion = completion;
    }

    GateReading modernHealthy(Question question) {
        Answer answer = question.ask(GateName.MODERN_HEALTHY, "modern's health check", "healthy")
                .samples(1)
                .since(question.now());
        Health.Answer said = health.check(Side.MODERN);
        return said.healthy()
                ? answer.pass(1, "modern is healthy: " + said.detail())
                : answer.fail(
                        0, "modern is not healthy: " + said.detail() + " (expected a 2xx answer); start or mend it");
    }

    GateReading writesIdempotent(Question question) {
        SliceSpec slice = question.slice();
        Answer answer = question.ask(GateName.WRITES_IDEMPOTENT, "writing routes that cannot be sent twice", "0")
                .samples(slice.routes().stream().filter(RouteSpec::write).count());
        if (slice.writes().replicate() == Replicate.REFRESH) {
            return answer.pass(0, "writes are carried by refresh, which may be repeated");
        }
        List<String> unsafe = slice.routes().stream()
                .filter(RouteSpec::write)
                .filter(route -> !mayBeRepeated(slice, route))
                .map(RouteSpec::label)
                .toList();
        return unsafe.isEmpty()
                ? answer.pass(0, "every writing route may be sent twice")
                : answer.fail(
                        unsafe.size(),
                        "cannot be sent twice: " + String.join(", ", unsafe)
                                + " (expected none); name an idempotency header, or use replicate: refresh");
    }

    private static boolean mayBeRepeated(SliceSpec slice, RouteSpec route) {
        Idempotency idempotency = slice.writes().idempotency();
        return idempotency == Idempotency.HEADER
                || (idempotency == Idempotency.NATURAL && NATURAL.contains(route.method()));
    }

    GateReading contractsCompatible(Question question) {
        Answer answer = question.ask(GateName.CONTRACTS_COMPATIBLE, "incompatible differences of the contracts", "0")
                .since(question.now());
        return switch (health.contracts(question.slice().name())) {
            case Health.Contracts.NoneDeclared none ->
                answer.pass(0, "no contract is declared, so none can be held against the other");
            case Health.Contracts.Compatible compatible -> answer.pass(0, "the contracts are compatible");
            case Health.Contracts.Incompatible(List<String> differences) ->
                answer.samples(differences.size())
                        .fail(
                                differences.size(),
                                "the contracts differ in " + differences.size() + " places (expected 0), the first is "
                                        + differences.stream().findFirst().orElse("not named")
                                        + "; add a translation, or mend modern's contract");
        };
    }

    GateReading readsModern(Question question) {
        SliceState state = question.standing().state();
        Duration burnIn = question.limits().burnIn();
        Answer answer =
                question.ask(GateName.READS_MODERN, "share of reads modern serves", "100% for " + words(burnIn));
        Optional<Instant> since = question.standing().readsSince();
        if (since.isEmpty()) {
            return answer.fail(
                    state.ramp().hundredths() / 1e4,
                    "modern serves " + state.ramp() + " of reads in " + state.phase()
                            + " (expected 100%); go on along the ramp");
        }
        if (!question.slice().deny().isEmpty()) {
            return answer.fail(
                    1,
                    question.slice().deny().size()
                            + " entities on the deny list are still read from legacy (expected 0);" + " take them off");
        }
        Duration held = Duration.between(since.get(), question.now());
        String value = "modern serves all reads since " + since.get() + ", for " + words(held) + " (expected "
                + words(burnIn) + ")";
        Answer dated = answer.since(since.get());
        return held.compareTo(burnIn) >= 0 ? dated.pass(1, value) : dated.undecided(1, value + "; wait");
    }

    GateReading writesModern(Question question) {
        SliceState state = question.standing().state();
        Answer answer = question.ask(GateName.WRITES_MODERN, "share of writes modern owns", "100%")
                .since(question.standing().stepSince());
        boolean all = state.phase().isAtLeast(Phase.LEGACY_OFF)
                || (state.phase() == Phase.WRITE_CUTOVER && state.ramp().isFull());
        if (!all) {
            return answer.fail(
                    state.phase() == Phase.WRITE_CUTOVER ? state.ramp().hundredths() / 1e4 : 0,
                    "modern owns " + state.ramp() + " of writes in " + state.phase()
                            + " (expected 100%); go on along the ramp");
        }
        return question.slice().deny().isEmpty()
                ? answer.pass(1, "modern owns all writes")
                : answer.fail(
                        1,
                        question.slice().deny().size()
                                + " entities on the deny list are still written at legacy (expected 0); take them off");
    }

    GateReading approved(Question question) {
        Answer answer = question.ask(GateName.APPROVED, "approval of this step by a second person", "granted");
        Optional<String> approval = question.issue().flatMap(Issue::approval);
        return approval.isPresent()
                ? answer.pass(1, "approved under " + approval.get())
                : answer.noData(
                        "not approved yet (expected an approval); ask for the step, a second person approves it");
    }

    GateReading baked(Question question) {
        Duration bake = question.limits().bake();
        Instant since = question.standing().phaseSince();
        Answer answer = question.ask(GateName.BAKED, "time since legacy got its last write", ">= " + words(bake))
                .since(since);
        if (question.standing().state().phase().isBefore(Phase.LEGACY_OFF)) {
            return answer.noData("legacy still gets writes (expected LEGACY_OFF)");
        }
        Duration baked = Duration.between(since, question.now());
        String value = "LEGACY_OFF lasts for " + words(baked) + " (expected " + words(bake) + ")";
        return baked.compareTo(bake) >= 0
                ? answer.pass(baked.toSeconds(), value)
                : answer.undecided(baked.toSeconds(), value + "; wait");
    }

    GateReading flagsOwned(Question question) {
        Answer answer = question.ask(GateName.FLAGS_OWNED, "live flags of other owners", "0");
        List<String> others =
                flags.ofOthers(question.slice().name(), question.migration().owner());
        return others.isEmpty()
                ? answer.pass(0, "no live flag belongs to another owner")
                : answer.fail(
                        others.size(),
                        "live flags of other owners: " + String.join(", ", others)
                                + " (expected none); their owners take them out");
    }

    GateReading burndown(Question question) {
        Answer answer = question.ask(GateName.BURNDOWN, "what is left of legacy", "0");
        long flagsLeft = flags.foreign().stream()
                .filter(flag -> flag.slice().equals(question.slice().name()))
                .count();
        if (flagsLeft > 0) {
            return answer.fail(flagsLeft, flagsLeft + " flags are still live (expected 0); take them out");
        }
        boolean last = completion.isLast(question.migration(), question.slice().name());
        OptionalLong lines = last ? completion.legacyLines(question.migration()) : OptionalLong.empty();
        if (lines.orElse(0) > 0) {
            return answer.fail(
                    lines.getAsLong(),
                    lines.getAsLong() + " lines of legacy code are left in "
                            + String.join(", ", question.migration().legacy().code()) + " (expected 0); delete them");
        }
        return answer.pass(
                0,
                last
                        ? "nothing is left of legacy" + (lines.isEmpty() ? "; no folder of its code was found" : "")
                        : "other slices still need legacy; nothing of this one is left");
    }
}
