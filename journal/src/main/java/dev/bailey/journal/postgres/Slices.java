package dev.bailey.journal.postgres;

import dev.bailey.journal.JournalException;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The slices' numbers, read once, and anew after a transaction that failed. Used by the writer alone. */
final class Slices {

    private final Map<SliceName, Integer> idOf = new HashMap<>();
    private final Map<Integer, SliceName> nameOf = new HashMap<>();
    private boolean isRead;

    void forget() {
        idOf.clear();
        nameOf.clear();
        isRead = false;
    }

    void read(Connection connection) throws SQLException {
        if (isRead) {
            return;
        }
        try (PreparedStatement query = connection.prepareStatement("select id, name from journal_slice");
                ResultSet found = query.executeQuery()) {
            while (found.next()) {
                know(found.getInt(1), new SliceName(found.getString(2)));
            }
        }
        isRead = true;
    }

    int id(Connection connection, SliceName slice) throws SQLException {
        Integer known = idOf.get(slice);
        if (known != null) {
            return known;
        }
        try (PreparedStatement insert = connection.prepareStatement("insert into journal_slice (name, appended)"
                + " values (?, 0) on conflict (name) do update set name = excluded.name returning id")) {
            insert.setString(1, slice.value());
            try (ResultSet made = insert.executeQuery()) {
                if (!made.next()) {
                    throw new SQLException("slice " + slice + " got no number");
                }
                know(made.getInt(1), slice);
                return made.getInt(1);
            }
        }
    }

    /** Reads them again where another process may have added one. */
    SliceName name(Connection connection, int id) throws SQLException {
        if (!nameOf.containsKey(id)) {
            isRead = false;
            read(connection);
        }
        return name(id);
    }

    SliceName name(int id) {
        SliceName known = nameOf.get(id);
        if (known == null) {
            throw new JournalException("a record names slice " + id + " (expected one of " + nameOf.keySet()
                    + "): another process writes this journal too");
        }
        return known;
    }

    private void know(int id, SliceName slice) {
        idOf.put(slice, id);
        nameOf.put(id, slice);
    }
}
