package dev.bailey.journal.postgres;

import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Keys;
import dev.bailey.journal.group.Row;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table of kept keys: what a transaction mentions is read at its beginning, what it changed is written at its end. */
final class KeyTable implements Keys {

    /**
     * What an earlier life left under way: unknown where its write may have been sent, gone where it cannot have been. An
     * intent is durable before it is sent, and carries its claim; one that was refused or never sent was not made.
     */
    static final List<Part> RECOVERY = List.of(
            Part.of(
                    "update journal_key k set record = w.id from (select distinct on (c.idempotency_key) c.idempotency_key,"
                            + " r.id, r.slice from journal_record r join journal_content c on c.seq = r.seq"
                            + " where r.seq > (select min(behind) from journal_key where state in (0, 1) and state = 0)"
                            + " and r.state <> 2 and c.idempotency_key in (select claim from journal_key where state in (0, 1)"
                            + " and state = 0) order by c.idempotency_key, r.seq desc) w"
                            + " where k.state in (0, 1) and k.state = 0 and k.claim = w.idempotency_key and k.slice = w.slice"),
            Part.of("delete from journal_key where state in (0, 1) and state = 0 and record is null"),
            Part.of("update journal_key set state = 2 where state in (0, 1)"),
            Part.of("delete from journal_key_total"),
            Part.of("insert into journal_key_total select slice, count(*) from journal_key group by slice"),
            Part.of("commit"));

    /**
     * What goes, and the totals with it and with what is made: whatever somebody else removes at the same moment is gone for both,
     * and counted by one. The totals' rows are locked in the order of slices, by everybody.
     */
    private static final String COUNT =
            "with gone as (delete from journal_key where claim in (select claim from journal_key"
                    + " where claim = any(?) for update skip locked) returning slice)"
                    + " insert into journal_key_total (slice, keys) select slice, sum(keys)::int8"
                    + " from (select slice, -1::int8 from gone union all select * from unnest(?::int4[], ?::int8[])) c (slice, keys)"
                    + " group by slice order by slice on conflict (slice)"
                    + " do update set keys = journal_key_total.keys + excluded.keys";

    private static final String MAKE =
            "insert into journal_key (slice, consumer, name, claim, fingerprint, state, behind,"
                    + " record, status, headers, body, whole, expires, node) select u.*, ? from unnest(?::int4[], ?::text[],"
                    + " ?::text[], ?::text[], ?::bytea[], ?::int4[], ?::int8[], ?::text[], ?::int4[], ?::bytea[], ?::bytea[],"
                    + " ?::bool[], ?::int8[]) u";
    private static final String CHANGE =
            "update journal_key k set state = u.state, record = u.record, status = u.status,"
                    + " headers = u.headers, body = u.body, whole = u.whole from unnest(?::text[], ?::int4[], ?::text[], ?::int4[],"
                    + " ?::bytea[], ?::bytea[], ?::bool[]) as u (claim, state, record, status, headers, body, whole)"
                    + " where k.claim = u.claim";

    private final PostgresTables tables;
    private final String node;
    private final Map<String, Kept> byClaim = new LinkedHashMap<>();
    private final Map<Kept.Name, Kept> byName = new HashMap<>();
    private final Map<Integer, Long> totals = new HashMap<>();
    private final Map<Integer, Long> made = new HashMap<>();

    private final List<Kept> expired = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private final List<Claim> wanted = new ArrayList<>();
    private final Set<String> known = new LinkedHashSet<>();

    /** @param node whose keys this process changes; empty where nobody else writes */
    KeyTable(PostgresTables tables, String node) {
        this.tables = tables;
        this.node = node;
    }

    /**
     * The same for those who write no more. Their keys are the heir's from now on, so that somebody removes
     * them when they expire.
     */
    static List<Part> takeOver(List<String> dead, String heir) {
        String ofDead = " and k.node = any(?)";
        Part.Argument names = Part.texts(dead);
        return List.of(
                Part.of(
                        "update journal_key k set record = w.id from (select distinct on (c.idempotency_key)"
                                + " c.idempotency_key, r.id, r.slice from journal_record r join journal_content c on c.seq = r.seq"
                                + " where r.seq > (select min(k.behind) from journal_key k where k.state in (0, 1) and k.state = 0"
                                + ofDead
                                + ") and r.state <> 2 and c.idempotency_key in (select k.claim from journal_key k"
                                + " where k.state in (0, 1) and k.state = 0" + ofDead
                                + ") order by c.idempotency_key, r.seq desc) w"
                                + " where k.state in (0, 1) and k.state = 0 and k.claim = w.idempotency_key and k.slice = w.slice",
                        names,
                        names),
                Part.of(
                        "with gone as (delete from journal_key k where k.state in (0, 1) and k.state = 0 and k.record is null"
                                + ofDead + " returning k.slice) insert into journal_key_total (slice, keys)"
                                + " select slice, -count(*) from gone group by slice order by slice on conflict (slice)"
                                + " do update set keys = journal_key_total.keys + excluded.keys",
                        names),
                Part.of("update journal_key k set state = 2 where k.state in (0, 1)" + ofDead, names),
                Part.of("update journal_key k set node = ? where k.state >= 2" + ofDead, Part.text(heir), names));
    }

    void forget() {
        byClaim.clear();
        byName.clear();
        totals.clear();
        made.clear();
        expired.clear();
        removed.clear();
        wanted.clear();
        known.clear();
    }

    void foresee(Claim claim) {
        wanted.add(claim);
    }

    void foresee(String claim) {
        known.add(claim);
    }

    boolean foreseesAny() {
        return !wanted.isEmpty() || !known.isEmpty();
    }

    /** Adds the questions for what was foreseen. */
    void addLooks(List<Part> parts) throws SQLException {
        if (!known.isEmpty()) {
            parts.add(Part.of(
                    "select " + Kept.COLUMNS + " from journal_key k where k.claim = any(?)",
                    Part.texts(List.copyOf(known))));
        }
        if (wanted.isEmpty()) {
            return;
        }
        List<Integer> slices = new ArrayList<>();
        for (Claim claim : wanted) {
            slices.add(tables.id(claim.slice()));
        }
        Part.Argument ofSlices = new Columns<>(slices).int4(slice -> slice);
        long now = wanted.stream().mapToLong(claim -> Code.of(claim.at())).max().orElseThrow();
        parts.add(Part.of(
                "select " + Kept.COLUMNS + " from journal_key k join unnest(?::int4[], ?::text[], ?::text[])"
                        + " as w (slice, consumer, name) on k.slice = w.slice and k.consumer = w.consumer and k.name = w.name",
                ofSlices,
                Part.texts(wanted.stream().map(Claim::consumer).toList()),
                Part.texts(wanted.stream().map(Claim::key).toList())));
        // Where several write, each removes its own first, so that they do not all remove the same; then what others
        // left.
        Part.Argument most = Part.number((long) REMOVED_BY_A_CLAIM * wanted.size());
        parts.add(Part.of(
                "(select " + Kept.COLUMNS + " from journal_key k where k.expires <= ? and k.state >= 2 and k.node = ?"
                        + " order by k.expires limit ?) union all (select " + Kept.COLUMNS + " from journal_key k"
                        + " where k.expires <= ? and k.state >= 2 and k.node <> ? order by k.expires limit ?)",
                Part.number(now),
                Part.text(node),
                most,
                Part.number(now),
                Part.text(node),
                most));
        parts.add(Part.of("select slice, keys from journal_key_total where slice = any(?)", ofSlices));
    }

    /** Reads the answers to them, in their order. */
    void found(PreparedStatement statement) throws SQLException {
        if (!known.isEmpty()) {
            PostgresTables.next(statement);
            keep(statement);
        }
        if (wanted.isEmpty()) {
            return;
        }
        PostgresTables.next(statement);
        keep(statement);
        PostgresTables.next(statement);
        expired.addAll(keep(statement));
        PostgresTables.next(statement);
        try (ResultSet found = statement.getResultSet()) {
            while (found.next()) {
                totals.put(found.getInt(1), found.getLong(2));
            }
        }
    }

    private List<Kept> keep(PreparedStatement statement) throws SQLException {
        List<Kept> rows = new ArrayList<>();
        try (ResultSet found = statement.getResultSet()) {
            while (found.next()) {
                Kept row = Kept.of(found);
                Kept first = byClaim.putIfAbsent(row.claim, row);
                byName.putIfAbsent(row.name, row);
                rows.add(first == null ? row : first);
            }
        }
        return rows;
    }

    @Override
    public Claimed claim(Claim claim) throws SQLException {
        Kept.Name name = new Kept.Name(tables.id(claim.slice()), claim.consumer(), claim.key());
        long now = Code.of(claim.at());
        removeExpired(now);
        Kept taken = byName.get(name);
        if (taken != null) {
            if (taken.expires > now || taken.isUnderWay()) {
                return new Claimed.Taken(taken.claim, taken.fingerprint, taken.fate());
            }
            remove(taken);
        }
        long kept = totals.getOrDefault(name.slice(), 0L);
        if (kept >= claim.most()) {
            return Keys.full(claim, kept);
        }
        Kept fresh = new Kept(name, claim.id(), claim.fingerprint(), Code.of(claim.expires()), tables.draw());
        byClaim.put(fresh.claim, fresh);
        byName.put(name, fresh);
        totals.merge(name.slice(), 1L, Long::sum);
        made.merge(name.slice(), 1L, Long::sum);
        return new Claimed.Fresh();
    }

    /** Only what has ended: a write that is under way keeps its key. */
    private void removeExpired(long now) {
        for (int i = 0; i < REMOVED_BY_A_CLAIM && !expired.isEmpty(); i++) {
            Kept oldest = expired.getFirst();
            if (oldest.expires > now) {
                return;
            }
            expired.removeFirst();
            if (byClaim.get(oldest.claim) == oldest) {
                remove(oldest);
            }
        }
    }

    private void remove(Kept kept) {
        byClaim.remove(kept.claim);
        byName.remove(kept.name);
        totals.merge(kept.name.slice(), -1L, Long::sum);
        if (kept.isNew()) {
            made.merge(kept.name.slice(), -1L, Long::sum);
        } else {
            removed.add(kept.claim);
        }
    }

    @Override
    public Changed sent(String claim) {
        Kept kept = byClaim.get(claim);
        if (kept == null || kept.state != Kept.CLAIMED) {
            return Keys.notUnderWay(claim);
        }
        return entered(kept, Kept.SENT);
    }

    @Override
    public Changed unknown(String claim, Optional<RecordId> record) {
        Kept kept = underWay(claim);
        if (kept == null) {
            return Keys.notUnderWay(claim);
        }
        kept.record = record.map(RecordId::value).orElse(null);
        return entered(kept, Kept.UNKNOWN);
    }

    @Override
    public Changed answered(String claim, Optional<RecordId> record, Answer answer) {
        boolean isIntent = record.flatMap(tables::find)
                .map(Row::state)
                .filter(RecordState.INTENT::equals)
                .isPresent();
        if (record.isPresent() && isIntent) {
            return Keys.tooEarly(record.get());
        }
        Kept kept = underWay(claim);
        if (kept == null) {
            return Keys.notUnderWay(claim);
        }
        kept.answer = answer;
        return entered(kept, Kept.ANSWERED);
    }

    @Override
    public Changed released(String claim) {
        Kept kept = underWay(claim);
        if (kept == null) {
            return Keys.notUnderWay(claim);
        }
        remove(kept);
        return new Changed.Done(1);
    }

    private @Nullable Kept underWay(String claim) {
        Kept kept = byClaim.get(claim);
        return kept != null && kept.isUnderWay() ? kept : null;
    }

    private static Changed entered(Kept kept, int state) {
        kept.state = state;
        kept.isChanged = true;
        return new Changed.Done(1);
    }

    /** Adds the statements for what was changed: what goes first, so that its name is free. */
    void addTo(List<Part> parts) {
        if (!removed.isEmpty() || !made.isEmpty()) {
            List<Integer> slices = List.copyOf(made.keySet());
            parts.add(Part.of(
                    COUNT,
                    Part.texts(removed),
                    new Columns<>(slices).int4(slice -> slice),
                    new Columns<>(slices).int8(made::get)));
        }
        List<Kept> fresh = byClaim.values().stream().filter(Kept::isNew).toList();
        if (!fresh.isEmpty()) {
            Columns<Kept> rows = new Columns<>(fresh);
            parts.add(Part.of(
                    MAKE,
                    Part.text(node),
                    rows.int4(kept -> kept.name.slice()),
                    rows.text(kept -> kept.name.consumer()),
                    rows.text(kept -> kept.name.key()),
                    rows.text(kept -> kept.claim),
                    rows.bytea(kept -> kept.fingerprint),
                    rows.int4(kept -> kept.state),
                    rows.int8(kept -> kept.behind),
                    rows.text(kept -> kept.record),
                    rows.int4(Kept::status),
                    rows.bytea(Kept::headers),
                    rows.bytea(Kept::body),
                    rows.bool(Kept::isWhole),
                    rows.int8(kept -> kept.expires)));
        }
        List<Kept> changed = byClaim.values().stream()
                .filter(kept -> kept.isChanged && !kept.isNew())
                .toList();
        if (!changed.isEmpty()) {
            Columns<Kept> rows = new Columns<>(changed);
            parts.add(Part.of(
                    CHANGE,
                    rows.text(kept -> kept.claim),
                    rows.int4(kept -> kept.state),
                    rows.text(kept -> kept.record),
                    rows.int4(Kept::status),
                    rows.bytea(Kept::headers),
                    rows.bytea(Kept::body),
                    rows.bool(Kept::isWhole)));
        }
    }
}
