package dev.bailey.gateway.shadow;

import dev.bailey.compare.Answer;
import dev.bailey.compare.Comparer;
import dev.bailey.compare.Comparison;
import dev.bailey.compare.Comparison.Cause;
import dev.bailey.compare.Signatures;
import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.proxy.ServedExchange;
import dev.bailey.gateway.upstream.BufferedAnswer;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.write.Header;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mirrors and compares the reads of one slice. Blocks; runs on virtual threads. */
final class SliceShadow {

    private static final Logger LOG = LoggerFactory.getLogger(SliceShadow.class);

    private final SliceSpec slice;
    private final SideClient client;
    private final Translator translator;
    private final WritePath writes;
    private final InstantSource clock;
    private final Signatures signatures;
    private final ShadowCounters counters;
    private final Comparer comparer;
    private final Semaphore inFlight;

    SliceShadow(
            SliceSpec slice,
            SideClient client,
            Translator translator,
            WritePath writes,
            InstantSource clock,
            Signatures signatures,
            ShadowCounters counters) {
        this.slice = slice;
        this.client = client;
        this.translator = translator;
        this.writes = writes;
        this.clock = clock;
        this.signatures = signatures;
        this.counters = counters;
        this.comparer = new Comparer(slice.compare());
        this.inFlight = new Semaphore(slice.shadow().concurrency());
    }

    Signatures signatures() {
        return signatures;
    }

    ShadowCounters counters() {
        return counters;
    }

    /** Takes a place among the mirrored requests in flight; given back by {@link #mirror}. */
    boolean tryEnter() {
        return inFlight.tryAcquire();
    }

    void mirror(ServedExchange exchange, Duration servedIn) {
        try {
            counters.count(compared(exchange, servedIn));
        } catch (RuntimeException bug) {
            LOG.error(
                    "comparing an answer of {} failed", exchange.match().route().label(), bug);
        } finally {
            inFlight.release();
        }
    }

    private Comparison compared(ServedExchange exchange, Duration servedIn) {
        Side asked = exchange.servedBy().other();
        Asked shadow = ask(asked, exchange);
        if (shadow.lost() != null) {
            return new Comparison.Lost(shadow.lost());
        }
        Answer served = new Answer(exchange.status(), kept(exchange.headers()), exchange.body());
        Comparison first = compare(exchange, served, shadow.answer());
        if (!(first instanceof Comparison.Difference)) {
            return first;
        }
        Answer legacyFirst = asked == Side.LEGACY ? shadow.answer() : served;
        Asked legacyAgain = again(exchange);
        Optional<Comparison> ofItself = legacyAgain.lost() == null
                ? Optional.of(compare(exchange, legacyFirst, legacyAgain.answer()))
                : Optional.empty();
        Comparison settled = Comparer.settle(first, writeUnderWay(exchange), ofItself);
        if (settled instanceof Comparison.Difference real) {
            signatures.record(new Signatures.Pair(
                    clock.instant(),
                    exchange.request().method(),
                    withoutQueryValues(exchange.request().target()),
                    exchange.servedBy(),
                    comparer.shown(served, servedIn),
                    comparer.shown(shadow.answer(), Duration.ofNanos(shadow.nanos())),
                    real.differences()));
        }
        return settled;
    }

    private Comparison compare(ServedExchange exchange, Answer served, Answer shadow) {
        return comparer.compare(
                exchange.match().route().label(), served, shadow, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }

    private boolean writeUnderWay(ServedExchange exchange) {
        return writes.undeliveredSince(
                slice.name(), Optional.ofNullable(exchange.decision().entity()), exchange.startedNanos());
    }

    private Asked ask(Side side, ServedExchange exchange) {
        Asked result = send(side, exchange);
        counters.asked(side, result.isError(), result.nanos());
        return result;
    }

    /** Legacy once more, not counted as traffic of the comparison. */
    private Asked again(ServedExchange exchange) {
        return send(Side.LEGACY, exchange);
    }

    private Asked send(Side side, ServedExchange exchange) {
        try {
            BufferedRequest request = translator.toSide(side, exchange.match(), exchange.request(), Optional.empty());
            BufferedAnswer answer = client.send(
                            side,
                            request,
                            slice.shadow().timeout(),
                            slice.shadow().maxBodyBytes())
                    .toCompletableFuture()
                    .join();
            return switch (answer) {
                case BufferedAnswer.Answered got ->
                    new Asked(
                            new Answer(
                                    got.status(),
                                    kept(got.headers()),
                                    translator.fromSide(side, exchange.match(), got.status(), got.body())),
                            null,
                            got.status() >= 500,
                            got.took().toNanos());
                case BufferedAnswer.Failed failed ->
                    new Asked(
                            NOTHING, cause(failed.cause()), true, failed.took().toNanos());
            };
        } catch (Translator.TranslationException untranslatable) {
            LOG.debug("not compared: {}", untranslatable.getMessage());
            return new Asked(NOTHING, Cause.TRANSLATION, false, 0);
        }
    }

    /** Names of parameters tell what was asked; their values may be anybody's. */
    private static String withoutQueryValues(String target) {
        int query = target.indexOf('?');
        return query < 0
                ? target
                : target.substring(0, query) + target.substring(query).replaceAll("=[^&]*", "=…");
    }

    private static Cause cause(BufferedAnswer.Cause cause) {
        return switch (cause) {
            case CONNECT -> Cause.CONNECT;
            case TIMEOUT -> Cause.TIMEOUT;
            case CUT -> Cause.CUT;
            case TOO_LARGE -> Cause.TOO_LARGE;
            case BREAKER_OPEN -> Cause.BREAKER_OPEN;
            case OVERLOADED -> Cause.OVERLOAD;
        };
    }

    private static Map<String, String> kept(List<Header> headers) {
        Map<String, String> byName = new HashMap<>();
        headers.forEach(header -> byName.putIfAbsent(header.name().toLowerCase(Locale.ROOT), header.value()));
        return byName;
    }

    private static final Answer NOTHING = new Answer(0, Map.of(), new byte[0]);

    private record Asked(Answer answer, @Nullable Cause lost, boolean isError, long nanos) {}
}
