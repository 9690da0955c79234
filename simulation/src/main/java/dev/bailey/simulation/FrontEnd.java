package dev.bailey.simulation;

import dev.bailey.gateway.dualwrite.WritePath.Admission;
import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.gateway.dualwrite.WritePath.Moved;
import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.gateway.dualwrite.WritePath.Replayed;
import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.gateway.dualwrite.WriteRequest;
import dev.bailey.gateway.upstream.BufferedAnswer;
import dev.bailey.gateway.upstream.BufferedAnswer.Answered;
import dev.bailey.gateway.upstream.BufferedAnswer.Failed;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.write.Outcome;
import dev.bailey.simulation.Write.Told;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What the gateway does with a write: admit it, send it to its authority, settle it, answer. One for each write. */
final class FrontEnd {

    private final World world;
    private final Node node;
    private final Write write;

    FrontEnd(World world, Node node, Write write) {
        this.world = world;
        this.node = node;
        this.write = write;
    }

    Told serve() {
        byte[] body = write.bodyKept() ? write.body() : new byte[0];
        Admission admission = node.entrance()
                .admit(new WriteRequest(
                        world.match(write),
                        new World.Facts(write),
                        write.target(),
                        write.headers(),
                        body,
                        write.bodyKept()))
                .toCompletableFuture()
                .join();
        return switch (admission) {
            case Refused refused when refused.status() == 504 -> new Told.Unknown(refused.message());
            case Refused refused ->
                new Told.Refused(
                        refused.status(),
                        refused.message(),
                        refused.retryAfter().isPresent());
            case Moved _ -> throw new IllegalStateException("a node that gave its store to nobody moved a write");
            case Replayed(Answer answer) -> replayed(answer);
            case Admitted admitted -> forward(admitted);
        };
    }

    private Told replayed(Answer answer) {
        world.counts().replayed++;
        return answer.status() / 100 == 2
                ? new Told.Done(
                        answer.status(),
                        answer.whole() || write.entity().isPresent()
                                ? entity(answer.body()).map(EntityKey::value).orElse(null)
                                : null)
                : new Told.Rejected(answer.status(), true);
    }

    private Told forward(Admitted admitted) {
        world.tell(invariant -> invariant.forwarded(node, write, admitted.decision()));
        SideClient client = world.network().client(node.life(), "write");
        BufferedAnswer answer = client.send(
                        admitted.decision().side(), write.request(admitted.idempotencyKey()), Choices.TIMEOUT, 1 << 20)
                .toCompletableFuture()
                .join();
        world.machine().mayYield();
        Outcome outcome = outcome(answer);
        world.tell(invariant -> invariant.settled(node, write, outcome));
        Settled settled =
                admitted.settle(outcome, kept(answer)).toCompletableFuture().join();
        if (settled == Settled.NOT_DURABLE && (answer instanceof Failed || outcome instanceof Outcome.Applied)) {
            return new Told.Unknown("the journal does not know it yet");
        }
        return switch (outcome) {
            case Outcome.Applied applied ->
                new Told.Done(
                        applied.status(), applied.entity().map(EntityKey::value).orElse(null));
            case Outcome.Rejected _ when answer instanceof Failed -> new Told.Refused(503, "it cannot be sent", true);
            case Outcome.Rejected rejected -> new Told.Rejected(rejected.status(), settled != Settled.NOT_DURABLE);
            case Outcome.Unknown unknown -> new Told.Unknown(unknown.reason());
        };
    }

    private static Optional<Answer> kept(BufferedAnswer answer) {
        return answer instanceof Answered answered
                ? Optional.of(new Answer(answered.status(), answered.headers(), answered.body(), true))
                : Optional.empty();
    }

    private Outcome outcome(BufferedAnswer answer) {
        return switch (answer) {
            case Answered answered
            when answered.status() / 100 == 2 ->
                new Outcome.Applied(answered.status(), entity(answered.body()), List.of(), answered.body());
            case Answered answered when answered.status() / 100 == 4 -> new Outcome.Rejected(answered.status());
            case Answered answered -> new Outcome.Unknown("answered " + answered.status());
            case Failed failed when !failed.sent() -> new Outcome.Rejected(503);
            case Failed failed -> new Outcome.Unknown(failed.cause().name());
        };
    }

    private Optional<EntityKey> entity(byte[] body) {
        if (write.entity().isPresent()) {
            return write.entity().map(EntityKey::new);
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return Optional.of(new EntityKey(text.substring(7, text.indexOf('"', 7))));
    }
}
