package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalException;
import dev.bailey.model.route.SliceName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The numbers that stand for slices in the file. Thread-safe; changed by the writer alone. */
final class Slices {

    private final Map<SliceName, Integer> idOf = new ConcurrentHashMap<>();
    private final Map<Integer, SliceName> nameOf = new ConcurrentHashMap<>();

    /** Reads them anew: what was not committed is forgotten. */
    void read(Connection connection) throws SQLException {
        idOf.clear();
        try (Statement statement = connection.createStatement();
                ResultSet slices = statement.executeQuery("select id, name from slice")) {
            while (slices.next()) {
                know(new SliceName(slices.getString(2)), slices.getInt(1));
            }
        }
    }

    void know(SliceName slice, int id) {
        idOf.put(slice, id);
        nameOf.put(id, slice);
    }

    @Nullable
    Integer id(SliceName slice) {
        return idOf.get(slice);
    }

    int count() {
        return idOf.size();
    }

    SliceName name(int id) {
        SliceName name = nameOf.get(id);
        if (name == null) {
            throw new JournalException(
                    "a record names slice " + id + " (expected 1 to " + idOf.size() + "): the journal file is damaged");
        }
        return name;
    }
}
