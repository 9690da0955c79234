package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.Decision;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.Pin;
import dev.bailey.model.route.PinTokens;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.Text;
import dev.bailey.model.spec.PinSpec;
import dev.bailey.model.spec.SliceSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Workflows that began on a side stay there: reads the pin a request carries, and gives one to what has none. One for each event
 * loop, because it signs; pins by key are in the {@link PinBook} all loops share.
 */
public final class Pins {

    private final PinTokens tokens;
    private final PinBook book;
    private final InstantSource clock;

    /** @param key that signs pins, see {@link PinTokens} */
    public Pins(byte[] key, PinBook book, InstantSource clock) {
        this.tokens = new PinTokens(key);
        this.book = book;
        this.clock = clock;
    }

    /** The side a request is pinned to; null when it is not. */
    @Nullable
    Side read(SliceSpec slice, Text by) {
        PinSpec pins = slice.pins().orElseThrow();
        if (pins.by() == PinSpec.By.KEY) {
            return book.find(slice.name(), new EntityKey(by.toString()), clock.instant());
        }
        Pin pin = tokens.pin(slice.name(), by, clock.instant());
        return pin == null ? null : pin.side();
    }

    /**
     * A pin that begins once a side has served.
     *
     * @param key where pins go by it
     */
    record Beginning(
            SliceName slice,
            PinSpec pins,
            Epoch epoch,
            @Nullable EntityKey key) {

        /** Of a request that {@link Decision#beginsPin begins one}. */
        static Beginning of(Decision decided) {
            SliceSpec slice = Objects.requireNonNull(decided.spec());
            PinSpec pins = slice.pins().orElseThrow();
            return new Beginning(
                    slice.name(), pins, decided.epoch(), pins.by() == PinSpec.By.KEY ? decided.entity() : null);
        }
    }

    /** Writes what tells the client its pin, or notes it. */
    void begin(Beginning of, Side served, boolean secure, ByteWriter answer) {
        PinSpec pins = of.pins();
        Instant until = clock.instant().plus(pins.ttl()).plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
        Pin pin = new Pin(served, of.epoch(), until);
        switch (pins.by()) {
            case KEY -> {
                if (of.key() != null) {
                    book.note(of.slice(), of.key(), pin, pins.max());
                }
            }
            case HEADER -> answer.field(pins.name(), tokens.token(of.slice(), pin));
            case COOKIE ->
                answer.field(
                        "Set-Cookie",
                        pins.name() + "=" + tokens.token(of.slice(), pin) + "; Path=/; Max-Age="
                                + Math.max(1, pins.ttl().toSeconds()) + "; HttpOnly; SameSite=Lax"
                                + (secure ? "; Secure" : ""));
        }
    }
}
