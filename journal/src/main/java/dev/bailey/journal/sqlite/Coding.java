package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.sqlite.Entry.Spot;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How records and what happens to them are written as bytes, in rows of the log and in heads of segments. */
final class Coding {

    private static final int HAS_ENTITY = 1;
    private static final int HAS_FOLLOWER = 1 << 1;
    private static final int FOLLOWER = 1 << 2;
    private static final int AUTHORITY = 1 << 3;
    private static final int BODY_KEPT = 1 << 4;
    private static final int CLIENT_KEY = 1 << 5;
    private static final int OWN_KEY = 1 << 6;

    private static final int INTENT = 1;
    private static final int ENTERED = 2;
    private static final int ANSWERED = 3;
    private static final int ATTEMPTED = 4;

    private static final byte[] NONE = {};

    private final Slices slices;

    Coding(Slices slices) {
        this.slices = slices;
    }

    /** Something that happened to a record. */
    sealed interface Event {
        long sequence();

        record Written(long sequence, WriteIntent intent, long now) implements Event {}

        record Entered(long sequence, RecordState state, String note, long now) implements Event {}

        record Answered(long sequence, Outcome.Applied applied) implements Event {}

        record Attempted(long sequence, String reason, long at) implements Event {}
    }

    void write(Packer to, Event event) {
        switch (event) {
            case Event.Written(long sequence, WriteIntent intent, long now) -> {
                to.number(INTENT);
                to.count(sequence);
                intent(to, intent);
                to.moment(now);
                to.headers(intent.headers());
                to.bytes(intent.body());
            }
            case Event.Entered(long sequence, RecordState state, String note, long now) -> {
                to.number(ENTERED);
                to.count(sequence);
                to.number(Code.of(state));
                to.text(note);
                to.moment(now);
            }
            case Event.Answered(long sequence, Outcome.Applied applied) -> {
                to.number(ANSWERED);
                to.count(sequence);
                entity(to, applied.entity());
                to.count(applied.status());
                to.headers(applied.headers());
                to.bytes(applied.body());
            }
            case Event.Attempted(long sequence, String reason, long at) -> {
                to.number(ATTEMPTED);
                to.count(sequence);
                to.text(reason);
                to.moment(at);
            }
        }
    }

    Event read(Unpacker from) {
        int kind = from.number();
        long sequence = from.count();
        return switch (kind) {
            case INTENT -> {
                WriteIntent intent = intent(from, null);
                long now = from.moment();
                yield new Event.Written(sequence, with(intent, from.bytes(), from.bytes()), now);
            }
            case ENTERED -> new Event.Entered(sequence, Code.state(from.number()), from.text(), from.moment());
            case ANSWERED -> {
                Optional<EntityKey> entity = entity(from);
                int status = from.size();
                byte[] headers = from.bytes();
                yield new Event.Answered(
                        sequence, new Outcome.Applied(status, entity, Code.headers(headers), from.bytes()));
            }
            case ATTEMPTED -> new Event.Attempted(sequence, from.text(), from.moment());
            default ->
                throw new JournalException("an event of kind " + kind
                        + " (expected 1 to 4) in the journal's log: the file is damaged, or a newer Bailey wrote it");
        };
    }

    static WriteIntent with(WriteIntent intent, byte[] headers, byte[] body) {
        return new WriteIntent(
                intent.id(),
                intent.slice(),
                intent.entity(),
                intent.epoch(),
                intent.authority(),
                intent.follower(),
                intent.method(),
                intent.target(),
                Code.headers(headers),
                body,
                intent.bodyKept(),
                intent.idempotencyKey(),
                intent.clientKey(),
                intent.at());
    }

    /** A record without headers and bodies. */
    void head(Packer to, Entry entry) {
        to.count(entry.sequence());
        intent(to, entry.intent());
        boolean same = entry.entity().equals(entry.intent().entity());
        to.number(Code.of(entry.state()) | (same ? 0 : 8));
        if (!same) {
            entity(to, entry.entity());
        }
        to.count(entry.attempts());
        to.text(entry.note());
        to.moment(entry.changed());
        to.count(entry.row());
        to.count(entry.written().row());
        to.count(entry.written().offset());
        Spot answered = entry.answered();
        to.number(answered == null ? 0 : 1);
        if (answered != null) {
            to.count(answered.row());
            to.count(answered.offset());
        }
    }

    /** @param before the record before, whose texts are used again where they are the same */
    Entry head(Unpacker from, @Nullable Entry before) {
        long sequence = from.count();
        WriteIntent intent = intent(from, before == null ? null : before.intent());
        int state = from.number();
        Optional<EntityKey> entity = (state & 8) == 0 ? intent.entity() : entity(from);
        int attempts = from.size();
        String note = from.textLike(before == null ? "" : before.note());
        long changed = from.moment();
        long row = from.count();
        long writtenRow = from.count();
        Spot written = writtenRow == 0 ? skipped(from) : new Spot(writtenRow, from.size());
        Spot answered = null;
        if (from.number() == 1) {
            long answeredRow = from.count();
            answered = answeredRow == 0 ? skipped(from) : new Spot(answeredRow, from.size());
        }
        return new Entry(
                sequence,
                intent,
                false,
                entity,
                Code.state(state & 7),
                attempts,
                note,
                changed,
                row,
                written,
                answered,
                null);
    }

    private static Spot skipped(Unpacker from) {
        from.size();
        return Spot.OWN;
    }

    private void intent(Packer to, WriteIntent intent) {
        boolean ownKey = intent.idempotencyKey().equals(intent.id().value());
        to.number((intent.entity().isPresent() ? HAS_ENTITY : 0)
                | (intent.follower().isPresent() ? HAS_FOLLOWER : 0)
                | (intent.follower().equals(Optional.of(Side.MODERN)) ? FOLLOWER : 0)
                | (intent.authority() == Side.MODERN ? AUTHORITY : 0)
                | (intent.bodyKept() ? BODY_KEPT : 0)
                | (intent.clientKey() ? CLIENT_KEY : 0)
                | (ownKey ? OWN_KEY : 0));
        to.text(intent.id().value());
        to.count(Objects.requireNonNull(slices.id(intent.slice()), "a slice has a number before its records"));
        if (intent.entity().isPresent()) {
            to.text(intent.entity().get().value());
        }
        to.count(intent.epoch().value());
        to.text(intent.method());
        to.text(intent.target());
        if (!ownKey) {
            to.text(intent.idempotencyKey());
        }
        to.moment(Code.of(intent.at()));
    }

    private WriteIntent intent(Unpacker from, @Nullable WriteIntent before) {
        int flags = from.number();
        RecordId id = new RecordId(from.text());
        int slice = from.size();
        Optional<EntityKey> entity =
                (flags & HAS_ENTITY) == 0 ? Optional.empty() : Optional.of(new EntityKey(from.text()));
        long epoch = from.count();
        String method = from.textLike(before == null ? "" : before.method());
        String target = from.text();
        String key = (flags & OWN_KEY) == 0 ? from.text() : id.value();
        return new WriteIntent(
                id,
                slices.name(slice),
                entity,
                new Epoch(epoch),
                (flags & AUTHORITY) == 0 ? Side.LEGACY : Side.MODERN,
                (flags & HAS_FOLLOWER) == 0
                        ? Optional.empty()
                        : Optional.of((flags & FOLLOWER) == 0 ? Side.LEGACY : Side.MODERN),
                method,
                target,
                List.of(),
                NONE,
                (flags & BODY_KEPT) != 0,
                key,
                (flags & CLIENT_KEY) != 0,
                Code.instant(from.moment()));
    }

    private static void entity(Packer to, Optional<EntityKey> entity) {
        to.text(entity.map(EntityKey::value).orElse(""));
    }

    private static Optional<EntityKey> entity(Unpacker from) {
        String text = from.text();
        return text.isEmpty() ? Optional.empty() : Optional.of(new EntityKey(text));
    }
}
