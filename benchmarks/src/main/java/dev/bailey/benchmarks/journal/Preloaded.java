package dev.bailey.benchmarks.journal;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.journal.sqlite.SqliteJournalSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Journal files with many records, which by the journal itself would take long to make: written straight into its tables. */
final class Preloaded {

    /** States as the tables have them. */
    static final int APPLIED = 1;

    static final int DELIVERED = 4;

    private static final int AT_ONCE = 100_000;

    private Preloaded() {}

    /** Makes the file with so many records in a state, of a moment long past, spread over slices. */
    static void make(Path folder, long records, int state, int slices, int bodyBytes) {
        new UsedJournal(folder, SqliteJournalSettings.defaults()).close(); // lays out the tables
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("journal.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("pragma synchronous = off");
            for (int slice = 1; slice <= slices; slice++) {
                statement.execute("insert into slice (id, name, appended, last) values (%d, 'slice-%d', %d, %d)"
                        .formatted(slice, slice, records / slices, records));
            }
            try (PreparedStatement heads = connection.prepareStatement(
                            "with recursive n(i) as (select ?1 union all select i + 1 from n where i < ?2)"
                                    + " insert into record select i, printf('old-%016x', i), i % ?3 + 1, printf('%d', i % 1000000), 0, 1, 0, 1,"
                                    + " 'PUT', '/api/orders/' || (i % 1000000), ?4, 1, 0, 0, '', i, i from n");
                    PreparedStatement bodies = connection.prepareStatement(
                            "with recursive n(i) as (select ?1 union all select i + 1 from n where i < ?2)"
                                    + " insert into content select i, printf('old-%016x', i), x'00000000', zeroblob(?3) from n")) {
                connection.setAutoCommit(false);
                for (long from = 1; from <= records; from += AT_ONCE) {
                    long to = Math.min(records, from + AT_ONCE - 1);
                    heads.setLong(1, from);
                    heads.setLong(2, to);
                    heads.setInt(3, slices);
                    heads.setInt(4, state);
                    heads.executeUpdate();
                    bodies.setLong(1, from);
                    bodies.setLong(2, to);
                    bodies.setInt(3, bodyBytes);
                    bodies.executeUpdate();
                    connection.commit();
                }
            }
        } catch (SQLException failed) {
            throw new BenchFailure("the journal's tables cannot be filled: " + failed.getMessage(), failed);
        }
    }
}
