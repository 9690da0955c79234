package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the log tells behind a row, in order, from its table and its files. Each row says where the next must be; so what ends is told from
 * what is missing: behind the last whole transaction there is nothing, neither in the table nor in a file.
 */
final class LogReading implements AutoCloseable {

    private final Connection connection;
    private final LogFiles log;
    private final Rows rows;
    private long begin;
    private LogFile.@Nullable Scan scan;
    private @Nullable LogFile scanned;
    private @Nullable Last last;

    /** The last transaction, where it is in a file. */
    record Last(LogFile file, long from, long behind) {}

    /** What is done with each row. */
    @FunctionalInterface
    interface Rows {
        void row(long number, byte[] bytes) throws SQLException;
    }

    LogReading(Connection connection, LogFiles log, Rows rows) {
        this.connection = connection;
        this.log = log;
        this.rows = rows;
    }

    /**
     * Reads on.
     *
     * @param folded the last number that needs no reading
     * @param filesFrom the number from which on rows follow each other; 0 when all are in the table still
     * @return the last number in use
     * @throws JournalException when rows are missing
     */
    long read(long folded, long filesFrom) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select row, bytes from log where row > ? order by row")) {
            query.setLong(1, folded);
            try (ResultSet table = query.executeQuery()) {
                begin = folded + 1; // perhaps within a transaction
                long next = begin;
                boolean more = table.next();
                while (more && (filesFrom == 0 || table.getLong(1) < filesFrom)) {
                    next = Math.max(next, fromTable(table));
                    more = table.next();
                }
                next = Math.max(next, filesFrom);
                while (true) {
                    if (more && table.getLong(1) == next) {
                        next = fromTable(table);
                        more = table.next();
                        continue;
                    }
                    long behind = fromFile(next);
                    if (behind == next) {
                        break;
                    }
                    next = behind;
                }
                if (more) {
                    throw missing(next, "row " + table.getLong(1) + " of its table");
                }
                LogFile later = log.after(next);
                if (later != null) {
                    throw missing(next, "the file " + later.path());
                }
                LogFile newest = log.holding(next);
                if (newest != null && scan != null && newest == scanned && scan.hasBehind(next)) {
                    throw missing(next, "a later transaction in the file " + newest.path());
                }
                return next - 1;
            }
        } catch (IOException e) {
            throw new JournalException("the journal's log cannot be read: " + e, e);
        }
    }

    /** Where the last transaction is that was read; null when it is in the table, or there is none. */
    @Nullable
    Last last() {
        return last;
    }

    private static JournalException missing(long next, String later) {
        return new JournalException("the journal's log has nothing whole from row " + next + " on, and yet " + later
                + ": a file of the log is missing or damaged; restore all files of the journal together, or move them"
                + " away and reconcile every slice");
    }

    private long fromTable(ResultSet table) throws SQLException {
        long row = table.getLong(1);
        byte[] bytes = table.getBytes(2);
        rows.row(row, bytes);
        last = null;
        return Frame.after(row, bytes.length);
    }

    /** Where the transaction that begins here in a file ends; here when there is none. */
    private long fromFile(long number) throws IOException, SQLException {
        LogFile file = log.holding(number);
        if (file == null) {
            return number;
        }
        if (scan == null || scanned != file) {
            close();
            scanned = file;
            scan = file.scan();
        }
        List<byte[]> group = number == begin ? scan.restOfGroup(number) : scan.group(number);
        long row = number;
        for (byte[] bytes : group) {
            rows.row(row, bytes);
            row = Frame.after(row, bytes.length);
        }
        if (row > number) {
            last = new Last(file, number, row);
        }
        return row;
    }

    @Override
    public void close() throws IOException {
        LogFile.Scan open = scan;
        scan = null;
        if (open != null) {
            open.close();
        }
    }
}
