package dev.bailey.journal.postgres;

import dev.bailey.journal.group.Code;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.WriteIntent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a transaction is to write, kept until it is sent in one go: a few statements over arrays, however many records there are. */
final class WriteBehind {

    private static final String RECORDS =
            "insert into journal_record (seq, id, slice, entity, minted, epoch, authority,"
                    + " follower, method, target, state, body_kept, client_key, attempts, note, at, changed, node, ended, tx)"
                    + " select u.seq, u.id, u.slice, u.entity, u.minted, u.epoch, u.authority, u.follower, u.method, u.target,"
                    + " u.state, u.body_kept, u.client_key, u.attempts, u.note, u.at, u.changed, ?, u.ended,"
                    + " case when ? then null else txid_current() end"
                    + " from unnest(?::int8[], ?::text[], ?::int4[], ?::text[], ?::bool[], ?::int8[], ?::int4[], ?::int4[],"
                    + " ?::text[], ?::text[], ?::int4[], ?::bool[], ?::bool[], ?::int4[], ?::text[], ?::int8[], ?::int8[],"
                    + " ?::int8[]) as u (seq, id, slice, entity, minted, epoch, authority, follower, method, target, state,"
                    + " body_kept, client_key, attempts, note, at, changed, ended)";
    private static final String CONTENTS = "insert into journal_content (seq, idempotency_key, headers, body)"
            + " select * from unnest(?::int8[], ?::text[], ?::bytea[], ?::bytea[])";
    private static final String CHANGES = "update journal_record r set state = u.state, note = u.note,"
            + " changed = u.changed, attempts = r.attempts + u.attempts,"
            + " minted = r.minted or (u.entity is not null and r.entity is null), entity = coalesce(u.entity, r.entity),"
            + " ended = coalesce(u.ended, r.ended), tx = case when ? then r.tx else txid_current() end"
            + " from unnest(?::int8[], ?::int4[], ?::text[], ?::int8[], ?::int4[], ?::text[], ?::int8[])"
            + " as u (seq, state, note, changed, attempts, entity, ended) where r.seq = u.seq";
    private static final String ANSWERS = "insert into journal_answer (seq, status, headers, body)"
            + " select * from unnest(?::int8[], ?::int4[], ?::bytea[], ?::bytea[]) on conflict (seq) do update"
            + " set status = excluded.status, headers = excluded.headers, body = excluded.body";
    private static final String FENCES =
            "insert into journal_fence (seq, slice, at) select * from unnest(?::int8[], ?::int4[], ?::int8[])";
    private static final String TOTALS = "update journal_slice s set appended = s.appended + u.appended"
            + " from unnest(?::int4[], ?::int8[]) as u (slice, appended) where s.id = u.slice";

    /** Rows that nobody else locks. */
    private static final String TOTALS_OF_NODE = "insert into journal_total (slice, node, appended)"
            + " select u.slice, ?, u.appended from unnest(?::int4[], ?::int8[]) as u (slice, appended)"
            + " on conflict (slice, node) do update set appended = journal_total.appended + excluded.appended";

    private final String node;
    private final boolean alone;
    private final List<New> made = new ArrayList<>();
    private final List<Held> changed = new ArrayList<>();
    private final Map<Long, Answered> answers = new LinkedHashMap<>();
    private final List<Fence> fences = new ArrayList<>();

    WriteBehind(String node, boolean alone) {
        this.node = node;
        this.alone = alone;
    }

    private record Fence(long sequence, int slice, long at) {}

    private record Answered(Held record, Outcome.Applied answer) {}

    /** A record that is not in the tables yet. */
    private record New(Held record, int slice, WriteIntent intent) {

        private @Nullable String asked() {
            return intent.entity().isPresent() ? intent.entity().get().value() : null;
        }

        private @Nullable String entity() {
            return record.entity != null ? record.entity : asked();
        }

        private boolean isMinted() {
            return record.entity != null && asked() == null;
        }

        private @Nullable Integer follower() {
            return intent.follower().isPresent() ? Code.of(intent.follower().get()) : null;
        }
    }

    void make(Held record, int slice, WriteIntent intent) {
        record.isPending = true;
        made.add(new New(record, slice, intent));
    }

    void change(Held record) {
        if (!record.isPending) {
            record.isPending = true;
            changed.add(record);
        }
    }

    void answer(Held record, Outcome.Applied answer) {
        answers.put(record.sequence, new Answered(record, answer));
        change(record);
    }

    void fence(long sequence, int slice, long at) {
        fences.add(new Fence(sequence, slice, at));
    }

    void clear() {
        changed.forEach(Held::written);
        made.forEach(row -> row.record().written());
        made.clear();
        changed.clear();
        answers.clear();
        fences.clear();
    }

    /** Adds the statements for what is pending, which is not forgotten by that. */
    void addTo(List<Part> parts) {
        if (!made.isEmpty()) {
            parts.add(records());
            parts.add(contents());
            parts.add(totals());
        }
        if (!changed.isEmpty()) {
            parts.add(changes());
        }
        if (!answers.isEmpty()) {
            parts.add(answers());
        }
        if (!fences.isEmpty()) {
            parts.add(fences());
        }
    }

    private Part records() {
        Columns<New> rows = new Columns<>(made);
        return Part.of(
                RECORDS,
                Part.text(node),
                Part.bool(alone),
                rows.int8(row -> row.record().sequence),
                rows.text(row -> row.record().id.value()),
                rows.int4(New::slice),
                rows.text(New::entity),
                rows.bool(New::isMinted),
                rows.int8(row -> row.intent().epoch().value()),
                rows.int4(row -> Code.of(row.intent().authority())),
                rows.int4(New::follower),
                rows.text(row -> row.intent().method()),
                rows.text(row -> row.intent().target()),
                rows.int4(row -> Code.of(row.record().state)),
                rows.bool(row -> row.intent().bodyKept()),
                rows.bool(row -> row.intent().clientKey()),
                rows.int4(row -> row.record().attempts),
                rows.text(row -> row.record().note),
                rows.int8(row -> row.record().at),
                rows.int8(row -> row.record().changed),
                rows.int8(row -> row.record().ended));
    }

    private Part contents() {
        Columns<New> rows = new Columns<>(made);
        return Part.of(
                CONTENTS,
                rows.int8(row -> row.record().sequence),
                rows.text(row -> row.intent().idempotencyKey()),
                rows.bytea(row -> Code.of(row.intent().headers())),
                rows.bytea(row -> row.intent().body()));
    }

    private Part totals() {
        Map<Integer, Long> appended = new TreeMap<>();
        made.forEach(row -> appended.merge(row.slice(), 1L, Long::sum));
        Part.Argument slices = new Columns<>(List.copyOf(appended.keySet())).int4(slice -> slice);
        Part.Argument records = new Columns<>(List.copyOf(appended.values())).int8(sum -> sum);
        return alone
                ? Part.of(TOTALS, slices, records)
                : Part.of(TOTALS_OF_NODE, Part.text(node.replaceFirst("#.*", "")), slices, records);
    }

    private Part changes() {
        Columns<Held> rows = new Columns<>(changed);
        return Part.of(
                CHANGES,
                Part.bool(alone),
                rows.int8(record -> record.sequence),
                rows.int4(record -> Code.of(record.state)),
                rows.text(record -> record.note),
                rows.int8(record -> record.changed),
                rows.int4(record -> record.attempts),
                rows.text(record -> record.entity),
                rows.int8(record -> record.ended));
    }

    private Part answers() {
        Columns<Answered> rows = new Columns<>(List.copyOf(answers.values()));
        return Part.of(
                ANSWERS,
                rows.int8(row -> row.record().sequence),
                rows.int4(row -> row.answer().status()),
                rows.bytea(row -> Code.of(row.answer().headers())),
                rows.bytea(row -> row.answer().body()));
    }

    private Part fences() {
        Columns<Fence> rows = new Columns<>(fences);
        return Part.of(FENCES, rows.int8(Fence::sequence), rows.int4(Fence::slice), rows.int8(Fence::at));
    }
}
