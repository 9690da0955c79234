package dev.bailey.simulation;

import dev.bailey.gateway.upstream.BufferedAnswer;
import dev.bailey.gateway.upstream.BufferedAnswer.Answered;
import dev.bailey.gateway.upstream.BufferedAnswer.Cause;
import dev.bailey.gateway.upstream.BufferedAnswer.Failed;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.model.phase.Side;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * What lies between a process and the two services: messages take time, get lost, come twice, overtake each other, and land
 * after they were given up, at most as late as the write path reckons with.
 */
final class Network {

    private static final long MILLI = 1_000_000;
    /** The write path reckons that nothing lands later than twice the timeout after it was given up, be it by a death. */
    private static final long SLOWEST = Choices.TIMEOUT.toNanos() * 19 / 10;

    private final World world;

    Network(World world) {
        this.world = world;
    }

    /** The client of one process. */
    SideClient client(Life life, String use) {
        return (side, request, timeout, _) -> send(life, use, side, request, timeout);
    }

    private CompletableFuture<BufferedAnswer> send(
            Life life, String use, Side side, BufferedRequest request, Duration timeout) {
        Faults faults = world.faults();
        Choices choices = world.choices();
        String what = use + " " + Service.header(request, Write.TAG) + " to " + side;
        faults.mayDie(life, choices.dieAt(), "before " + what);
        CompletableFuture<BufferedAnswer> answer = new CompletableFuture<>();
        world.machine().say(what + " " + request.method() + " " + request.target());
        if (faults.isAway(side) && faults.next(2) == 0) {
            life.after(Duration.ofMillis(1), () -> answer.complete(failed(Cause.CONNECT, false)));
            return answer;
        }
        life.after(timeout, () -> {
            if (answer.complete(failed(Cause.TIMEOUT, true))) {
                world.machine().say(what + ": timed out");
            }
        });
        carry(life, what, side, request, answer);
        if (Service.header(request, "Idempotency-Key") != null && faults.happens(choices.repeat())) {
            carry(life, what + " again", side, request, answer);
        }
        faults.mayDie(life, choices.dieAt(), "after " + what);
        return answer;
    }

    private void carry(
            Life life, String what, Side side, BufferedRequest request, CompletableFuture<BufferedAnswer> answer) {
        Faults faults = world.faults();
        Choices choices = world.choices();
        if (faults.happens(choices.lose())) {
            return;
        }
        boolean isWrite = what.startsWith("write ");
        if (isWrite) {
            world.tell(invariant -> invariant.sent(side, written(request)));
        }
        long there = faults.happens(choices.late())
                ? Choices.TIMEOUT.toNanos() + faults.between(0, SLOWEST - Choices.TIMEOUT.toNanos())
                : faults.between(MILLI / 2, 20 * MILLI);
        world.underWay(1);
        world.machine().alarm(world.life(), there, () -> {
            world.underWay(-1);
            if (isWrite || (choices.isKeyed() && Service.header(request, Write.TAG) != null)) {
                world.tell(invariant -> invariant.landed(side, written(request)));
            }
            arrive(life, what, side, request, answer);
        });
    }

    private Write written(BufferedRequest request) {
        return world.write(Objects.requireNonNull(Service.header(request, Write.TAG)));
    }

    private void arrive(
            Life life, String what, Side side, BufferedRequest request, CompletableFuture<BufferedAnswer> answer) {
        Faults faults = world.faults();
        Choices choices = world.choices();
        if (faults.isAway(side)) {
            reply(life, answer, failed(Cause.CUT, true));
            return;
        }
        if (faults.happens(choices.failBefore())) {
            world.machine().say(what + ": 500, not applied");
            reply(life, answer, answered(500, ""));
            return;
        }
        Service.Answer served = world.service(side).serve(request, faults.happens(choices.refuse()));
        world.machine().say(what + ": " + served.status() + (served.applied() ? ", applied" : ""));
        if (what.startsWith("write ")) {
            world.answered(Objects.requireNonNull(Service.header(request, Write.TAG)), served);
        }
        if (served.applied()) {
            world.applied(
                    side,
                    Objects.requireNonNull(Service.header(request, Write.TAG)),
                    Objects.requireNonNull(served.entity()));
        }
        if (faults.happens(choices.failAfter())) {
            reply(life, answer, faults.next(2) == 0 ? answered(500, "") : failed(Cause.CUT, true));
        } else if (!faults.happens(choices.lose())) {
            reply(life, answer, answered(served.status(), served.body()));
        }
    }

    private void reply(Life life, CompletableFuture<BufferedAnswer> answer, BufferedAnswer with) {
        Faults faults = world.faults();
        long back = faults.happens(world.choices().late())
                ? faults.between(0, SLOWEST)
                : faults.between(world.millis(1) / 2, world.millis(20));
        world.machine().alarm(life, back, () -> life.start(() -> answer.complete(with)));
    }

    private static BufferedAnswer answered(int status, String body) {
        return new Answered(status, List.of(), body.getBytes(StandardCharsets.UTF_8), Duration.ZERO);
    }

    private static BufferedAnswer failed(Cause cause, boolean sent) {
        return new Failed(cause, sent, "simulated", Duration.ZERO);
    }
}
