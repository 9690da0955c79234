package dev.bailey.gateway.proxy;

import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.dualwrite.WritePath.Admission;
import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.gateway.dualwrite.WritePath.Moved;
import dev.bailey.gateway.dualwrite.WritePath.Refused;
import dev.bailey.gateway.dualwrite.WritePath.Replayed;
import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.gateway.dualwrite.WriteRequest;
import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.OutgoingRequest;
import dev.bailey.gateway.upstream.SideLimits;
import dev.bailey.gateway.upstream.SideLimits.Limits;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.gateway.upstream.Translator.TranslationException;
import dev.bailey.journal.KeptKeys;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of a write: its body at hand, admitted, forwarded to its authority, settled, answered. */
final class Writes {

    private static final Logger log = LoggerFactory.getLogger(Writes.class);
    private static final WriteAnswer FORGETFUL = new WriteAnswer.Refusal(
            504, "the write was taken, but the journal fails and may forget it: look before you send it again");

    private final GatewaySpec bounds;
    private final WritePath writePath;
    private final Translator translator;
    private final SideLimits limits;
    private final Answers answers;
    private final Succession succession;

    Writes(
            GatewaySpec bounds,
            WritePath writePath,
            Translator translator,
            SideLimits limits,
            Answers answers,
            Succession succession) {
        this.bounds = bounds;
        this.writePath = writePath;
        this.translator = translator;
        this.limits = limits;
        this.answers = answers;
        this.succession = succession;
    }

    /** A side may get no more requests of the slice now: nothing is journalled of a write that is refused for that. */
    boolean isOverCap(RouteMatch match, RouteDecision decision) {
        return SideEntry.isOverCap(limits.of(match.slice(), decision.side()));
    }

    /** Collects the body where the journal or a translation will want it; a larger one is left to stream. */
    void whenBodyIsAtHand(Exchange exchange, RouteDecision decision, Runnable then) {
        boolean wanted = (decision.journalled() && !isCarriedByKeyAlone(exchange, decision))
                || hasKeptKey(exchange, decision)
                || (decision.route() != null && translator.translates(decision.side(), decision.route()));
        if (exchange.isWithoutBody() || !wanted) {
            then.run();
            return;
        }
        exchange.body().collect(bounds.maxBodyKeptBytes(), () -> {
            if (!exchange.isGone()) { // else nothing was promised yet, and nothing is lost
                guarded(exchange, null, then);
            }
        });
    }

    /**
     * A body of unknown length may be half of a conversation, which would wait for itself if it were collected. Where its write
     * is carried by refresh and its entity is known, the journal needs no more than the key.
     */
    private static boolean isCarriedByKeyAlone(Exchange exchange, RouteDecision decision) {
        return exchange.head().bodyLength() == RequestHead.CHUNKED
                && decision.entity() != null
                && decision.spec() != null
                && decision.spec().writes().replicate() == WritesSpec.Replicate.REFRESH;
    }

    /** A key is held against its payload. */
    private static boolean hasKeptKey(Exchange exchange, RouteDecision decision) {
        return decision.spec() != null
                && decision.spec()
                        .writes()
                        .keptKeys()
                        .filter(keys -> exchange.head().first(keys.header()) != null)
                        .isPresent();
    }

    /** Takes the entity's turn and makes the intent durable, or answers the refusal. */
    void admit(Exchange exchange, RouteMatch match, Consumer<AdmittedWrite> then) {
        boolean kept = exchange.body().isWhole();
        byte[] body = kept ? exchange.body().bytes() : new byte[0];
        WriteRequest request =
                new WriteRequest(match, exchange.facts(), exchange.target(), exchange.endToEndHeaders(), body, kept);
        if (kept) {
            exchange.body().discard();
        }
        exchange.hold(); // released when settled
        admit(exchange, request, then);
    }

    private void admit(Exchange exchange, WriteRequest request, Consumer<AdmittedWrite> then) {
        admission(request)
                .whenComplete((admission, failure) -> exchange.lane().run(() -> {
                    if (admission instanceof Admitted admitted) {
                        AdmittedWrite write = new AdmittedWrite(
                                exchange, request.match(), admitted, request.body(), request.bodyKept());
                        guarded(exchange, write, () -> then.accept(write));
                    } else if (admission instanceof Moved) {
                        succession.moved(
                                exchange,
                                request.bodyKept() ? request.body() : null,
                                () -> admit(exchange, request, then),
                                answers);
                    } else if (admission instanceof Replayed(KeptKeys.Answer answer)) {
                        answers.replayed(exchange, answer);
                        exchange.release();
                    } else {
                        Refused refused = admission instanceof Refused told
                                ? told
                                : new Refused(503, "the write path failed; see the gateway's log", Optional.empty());
                        if (failure != null) {
                            log.error("request {} could not be admitted", exchange.requestId(), failure);
                        }
                        answers.refused(exchange, refused);
                        exchange.release();
                    }
                }));
    }

    private CompletionStage<Admission> admission(WriteRequest request) {
        try {
            return writePath.admit(request);
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }

    /** Sends it to its authority. From here on the client's leaving changes nothing. */
    void forward(AdmittedWrite write, Consumer<WriteResult> then) {
        Side side = write.decision().side();
        boolean translated = translator.translates(side, write.match().route());
        if (!write.bodyKept() && translated) {
            then.accept(new WriteResult.NotSent(
                    413, "a body above " + bounds.maxBodyKeptBytes() + " bytes cannot be translated"));
            return;
        }
        long timeout = write.match().slice().limits().timeout().toNanos();
        if (write.exchange().callerLeavesNanos(timeout) <= 0) {
            then.accept(new WriteResult.NotSent(
                    503, "its caller's time was over before the write could be sent to " + side.label()));
            return;
        }
        Limits ofSide = limits.of(write.match().slice(), side);
        if (!SideEntry.askForWrite(ofSide)) {
            then.accept(new WriteResult.NotSent(503, "too many requests at once to " + side.label()));
            return;
        }
        OutgoingRequest request;
        try {
            request = request(write, translated, System.nanoTime() + timeout);
        } catch (TranslationException untranslatable) {
            log.warn("request {}: {}", write.exchange().requestId(), untranslatable.getMessage());
            SideEntry.leave(ofSide);
            then.accept(new WriteResult.NotSent(400, "the request cannot be translated for " + side.label()));
            return;
        }
        new WriteAttempt(
                        write,
                        bounds,
                        ofSide.retries(),
                        translated ? null : answers,
                        result -> guarded(write.exchange(), write, () -> {
                            boolean failed = failed(result);
                            write.exchange()
                                    .lane()
                                    .traffic()
                                    .write(write.match().slice().name(), side, failed);
                            SideEntry.end(ofSide, !failed, System.nanoTime());
                            then.accept(result);
                        }))
                .start(request);
    }

    private OutgoingRequest request(AdmittedWrite write, boolean translated, long until) throws TranslationException {
        Exchange exchange = write.exchange();
        String keyName = write.match().slice().writes().idempotencyHeader();
        if (translated) {
            BufferedRequest client =
                    new BufferedRequest(exchange.method(), exchange.target(), exchange.endToEndHeaders(), write.body());
            BufferedRequest turned = translator.toSide(
                    write.decision().side(),
                    write.match(),
                    client,
                    Optional.ofNullable(write.decision().entity()));
            return new TranslatedRequest(
                    exchange, turned, write.idempotencyKey().map(key -> new Header(keyName, key)), until);
        }
        boolean plain = write.match().route().entity().reads(EntitySource.Kind.RESPONSE);
        return new ForwardedRequest(
                exchange,
                write.bodyKept() ? write.body() : null,
                until,
                true,
                plain,
                keyName,
                write.idempotencyKey().orElse(null));
    }

    private static boolean failed(WriteResult result) {
        return switch (result) {
            case WriteResult.Whole whole -> whole.head().status() >= 500;
            case WriteResult.TooLong tooLong -> tooLong.head().status() >= 500;
            case WriteResult.Passed passed -> passed.head().status() >= 500;
            case WriteResult.NoAnswer _ -> true;
            case WriteResult.NotSent _ -> false;
        };
    }

    /** Turns the answer into the clients' contract, settles its outcome, and goes on when the client may be answered. */
    void settle(AdmittedWrite write, WriteResult result, Consumer<WriteAnswer> then) {
        switch (result) {
            case WriteResult.Whole whole -> settleWhole(write, whole, then);
            case WriteResult.TooLong long_ -> {
                boolean translated = translator.translates(
                        write.decision().side(), write.match().route());
                Outcome outcome = Outcomes.of(write.decision(), long_.head(), null, new byte[0]);
                write.settle(outcome, Optional.of(KeptAnswers.withoutBody(long_.head())), how -> {
                    if (how == Settled.NOT_DURABLE && long_.head().status() < 400) {
                        long_.rest().drop();
                        then.accept(FORGETFUL);
                    } else if (translated && long_.head().status() < 400) {
                        long_.rest().drop();
                        then.accept(untranslatable(write));
                    } else {
                        then.accept(new WriteAnswer.Streamed(long_.head(), long_.rest()));
                    }
                });
            }
            case WriteResult.Passed passed ->
                write.settle(
                        Outcomes.of(write.decision(), passed.head(), passed.trailers(), passed.body()),
                        _ -> then.accept(new WriteAnswer.End(passed.trailers())));
            case WriteResult.NoAnswer none ->
                write.settle(Outcomes.of(none.failure()), _ -> then.accept(new WriteAnswer.NoAnswer(none.failure())));
            case WriteResult.NotSent refused ->
                write.settle(
                        new Outcome.Rejected(refused.status()),
                        how -> then.accept(
                                how == Settled.NOT_DURABLE
                                        ? new WriteAnswer.Refusal(
                                                504,
                                                refused.message() + "; the journal failed, so a restart may send it")
                                        : new WriteAnswer.Refusal(refused.status(), refused.message())));
        }
    }

    private void settleWhole(AdmittedWrite write, WriteResult.Whole whole, Consumer<WriteAnswer> then) {
        AnswerHead head = whole.head();
        Side side = write.decision().side();
        boolean translated = translator.translates(side, write.match().route());
        byte[] body;
        try {
            body = translated ? translator.fromSide(side, write.match(), head.status(), whole.body()) : whole.body();
        } catch (TranslationException untranslatable) {
            log.warn("request {}: {}", write.exchange().requestId(), untranslatable.getMessage());
            write.settle(
                    Outcomes.of(write.decision(), head, whole.trailers(), new byte[0]),
                    Optional.of(KeptAnswers.withoutBody(head)),
                    _ -> then.accept(untranslatable(write)));
            return;
        }
        byte[] clientBody = body;
        write.settle(
                Outcomes.of(write.decision(), head, whole.trailers(), clientBody),
                Optional.of(
                        whole.trailers() == null
                                ? KeptAnswers.of(head, clientBody, translated)
                                : KeptAnswers.withoutBody(head)),
                how -> then.accept(
                        how == Settled.NOT_DURABLE && head.status() < 400
                                ? FORGETFUL
                                : new WriteAnswer.Whole(head, clientBody, whole.trailers(), translated)));
    }

    private static WriteAnswer untranslatable(AdmittedWrite write) {
        return new WriteAnswer.Refusal(
                502,
                "the write was taken, but the answer of "
                        + write.decision().side().label() + " cannot be translated");
    }

    void answer(AdmittedWrite write, WriteAnswer answer) {
        Exchange exchange = write.exchange();
        Side side = write.decision().side();
        switch (answer) {
            case WriteAnswer.Whole whole
            when whole.translated() -> answers.translated(exchange, side, whole.head(), whole.body());
            case WriteAnswer.Whole whole -> answers.whole(exchange, side, whole.head(), whole.body(), whole.trailers());
            case WriteAnswer.Streamed streamed ->
                streamed.rest().streamTo(streamed.head(), answers.edits(exchange, side, streamed.head()));
            case WriteAnswer.End end -> exchange.answerEnd(end.trailers());
            case WriteAnswer.NoAnswer none -> answers.noAnswer(exchange, side, none.failure());
            case WriteAnswer.Refusal(int status, String message)
            when status == 503 -> answers.notNow(exchange, message, side);
            case WriteAnswer.Refusal error -> answers.error(exchange, error.status(), error.message(), side);
        }
    }

    /** A bug of ours must not leave a write unsettled. */
    private void guarded(Exchange exchange, @Nullable AdmittedWrite write, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            log.error("request {} failed in the gateway itself", exchange.requestId(), bug);
            if (write != null && !write.isSettled()) {
                write.settle(new Outcome.Unknown("the gateway failed"), _ -> {});
            }
            answers.error(exchange, 500, "the gateway failed; see its log", null);
        }
    }
}
