package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import java.util.List;

/** What the nodes that do not lead have measured, on its way to the one that does. */
public final class MemberTraffic {

    /** So long a node that leads may be missing before figures are given up, oldest first. */
    private static final int KEPT_ROWS = 100_000;

    private final StateDb db;

    /** @param db that anybody may write */
    public MemberTraffic(StateDb db) {
        this.db = db;
    }

    /** A part of one slice's traffic. */
    public record Part(SliceName slice, long second, String counts) {}

    /** @throws StateException when the store does not take them */
    public void put(List<Part> parts) {
        db.write(connection -> {
            for (Part part : parts) {
                Sql.update(
                        connection,
                        "insert into member_traffic (slice, second, counts) values (?, ?, ?)",
                        part.slice(),
                        part.second(),
                        part.counts());
            }
            return Sql.update(
                    connection,
                    "delete from member_traffic where id < (select max(id) from member_traffic) - ?",
                    KEPT_ROWS);
        });
    }

    /** Takes everything away that is there. */
    public List<Part> take() {
        return db.write(connection -> Sql.query(
                connection,
                "delete from member_traffic returning slice, second, counts",
                row -> new Part(new SliceName(row.getString(1)), row.getLong(2), row.getString(3))));
    }
}
