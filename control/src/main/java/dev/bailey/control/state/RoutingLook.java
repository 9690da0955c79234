package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import java.util.List;

/**
 * The routing records as the store has them, for a process that follows another's decisions.
 *
 * @param inForce of every slice
 * @param prepared of handovers in progress
 */
public record RoutingLook(List<SliceState> inForce, List<SliceState> prepared) {

    /** @throws StateException when the store cannot be read */
    public static RoutingLook at(StateDb db) {
        return db.read(connection -> new RoutingLook(
                Sql.query(
                        connection,
                        "select * from slice_state order by slice",
                        row -> SliceRecords.standing(row).state()),
                Sql.query(
                        connection,
                        "select prepared from pending where kind = 'PREPARE'",
                        row -> SliceRecords.state(row.getString(1)))));
    }

    public boolean isPreparing(SliceName slice) {
        return prepared.stream().anyMatch(state -> state.slice().equals(slice));
    }
}
