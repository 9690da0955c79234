package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.CanonicalForm;
import dev.bailey.datasync.store.FlatRow;
import dev.bailey.datasync.store.FlatRow.Kind;
import dev.bailey.datasync.store.FlatStore.Taking;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.KeyNames;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads rows of a PostgreSQL select with {@code COPY … TO}, which costs both sides less than a result set does. For selects
 * whose columns are all of the types most tables are made of; {@link FlatReader} reads the others, and both give the same rows.
 */
final class CopyReader {

    /** {@code 2026-11-29 10:00:00}, before a fraction. */
    private static final int SECONDS_END = 19;

    private static final String BEFORE = " BC";

    /** One statement lasts as long as what is read is written elsewhere; a pause of the sockets is bounded besides. */
    private static final Duration WHOLE_CHUNK = Duration.ofMinutes(10);

    private final FlatRow row;
    private final List<String> labels;
    private final List<FlatReader.Way> ways;
    private byte[] plain = new byte[256];

    private CopyReader(KeyNames key, List<String> labels, List<FlatReader.Way> ways) {
        this.labels = List.copyOf(labels);
        this.ways = List.copyOf(ways);
        this.row = new FlatRow(labels, key);
    }

    /** Empty where a column is of another type, or two have the same name. */
    static Optional<CopyReader> of(KeyNames key, ResultSetMetaData data) throws SQLException {
        Map<String, FlatReader.Way> ways = new TreeMap<>();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            ways.put(data.getColumnLabel(i), FlatReader.way(data.getColumnTypeName(i)));
        }
        boolean able = ways.size() == data.getColumnCount() && !ways.containsValue(FlatReader.Way.ANY);
        return able
                ? Optional.of(new CopyReader(key, List.copyOf(ways.keySet()), List.copyOf(ways.values())))
                : Optional.empty();
    }

    /** Tells each row of a range in key order; the row is the same object each time. */
    void rows(Connection connection, Projection projection, KeyColumns key, KeyRange range, Taking each)
            throws SQLException, StoreException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = " + WHOLE_CHUNK.toMillis());
        }
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("copy (" + projection.inOrder(selected(), key, range) + ") to stdout");
        try {
            for (byte[] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
                take(line);
                each.row(row);
            }
        } catch (StoreException | RuntimeException | Error e) {
            leave(copy, e);
            throw e;
        }
    }

    /** Reads the rest of a range, which is no longer than a chunk: a copy that is cancelled may end the next statement instead. */
    private static void leave(CopyOut copy, Throwable reason) {
        try {
            while (copy.isActive() && copy.readFromCopy() != null) {
                // Nobody wants it.
            }
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    private String selected() {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            String column = "q." + SqlDialect.POSTGRESQL.quoted(labels.get(i));
            columns.add(ways.get(i) == FlatReader.Way.MOMENT ? column + " at time zone 'UTC'" : column);
        }
        return String.join(", ", columns);
    }

    /** Fields end with a tab, the last one with the line's end; within them both are written with a backslash. */
    private void take(byte[] line) {
        int from = 0;
        for (int field = 0; field < ways.size(); field++) {
            int to = from;
            boolean escaped = false;
            while (line[to] != '\t' && line[to] != '\n') {
                escaped |= line[to] == '\\';
                to++;
            }
            if (!escaped) {
                set(field, line, from, to);
            } else if (to - from == 2 && line[from + 1] == 'N') {
                row.set(field, Kind.ABSENT, "");
            } else {
                set(field, plain, 0, unescaped(line, from, to));
            }
            from = to + 1;
        }
    }

    /** Into {@link #plain}; returns how long it is. PostgreSQL escapes with letters, never with numbers. */
    private int unescaped(byte[] line, int from, int to) {
        if (plain.length < to - from) {
            plain = new byte[Math.max(to - from, 2 * plain.length)];
        }
        int length = 0;
        for (int i = from; i < to; i++) {
            byte next = line[i];
            if (next == '\\') {
                i++;
                next = switch (line[i]) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'v' -> 0x0b;
                    default -> line[i];
                };
            }
            plain[length++] = next;
        }
        return length;
    }

    private void set(int field, byte[] bytes, int from, int to) {
        switch (ways.get(field)) {
            case INTEGER -> row.set(field, Kind.NUMBER, text(bytes, from, to));
            case NUMERIC -> FlatReader.numeric(row, field, text(bytes, from, to));
            case TEXT -> row.set(field, Kind.TEXT, text(bytes, from, to));
            case BOOLEAN -> row.set(field, Kind.BOOLEAN, bytes[from] == 't' ? "true" : "false");
            case MOMENT, TIME -> time(field, bytes, from, to);
            case ANY -> throw new IllegalStateException("column " + labels.get(field) + " cannot be copied");
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** PostgreSQL writes a time as the canonical form does, but for the letters; beyond these years it is read and written anew. */
    private void time(int field, byte[] bytes, int from, int to) {
        boolean moment = ways.get(field) == FlatReader.Way.MOMENT;
        if (isUsual(bytes, from, to)) {
            byte[] canonical = new byte[to - from + (moment ? 1 : 0)];
            System.arraycopy(bytes, from, canonical, 0, to - from);
            canonical[10] = 'T';
            if (moment) {
                canonical[to - from] = 'Z';
            }
            row.set(field, Kind.TEXT, text(canonical, 0, canonical.length));
            return;
        }
        String text = text(bytes, from, to);
        if (text.endsWith("infinity")) {
            row.set(field, Kind.TEXT, text);
            return;
        }
        LocalDateTime time = beyond(text);
        row.set(field, moment ? CanonicalForm.moment(time.toInstant(ZoneOffset.UTC)) : CanonicalForm.time(time));
    }

    /** A time in a year of more than four digits, or before the first. */
    private static LocalDateTime beyond(String text) {
        boolean before = text.endsWith(BEFORE);
        String[] parts = (before ? text.substring(0, text.length() - BEFORE.length()) : text).split("[- ]");
        int year = Integer.parseInt(parts[0]);
        return LocalDate.of(before ? 1 - year : year, Integer.parseInt(parts[1]), Integer.parseInt(parts[2]))
                .atTime(LocalTime.parse(parts[3]));
    }

    private static boolean isUsual(byte[] bytes, int from, int to) {
        int length = to - from;
        return length >= SECONDS_END
                && bytes[from + 4] == '-'
                && bytes[from + 7] == '-'
                && bytes[from + 10] == ' '
                && bytes[from + 13] == ':'
                && bytes[from + 16] == ':'
                && (length == SECONDS_END || bytes[from + SECONDS_END] == '.' && bytes[to - 1] != 'C');
    }
}
