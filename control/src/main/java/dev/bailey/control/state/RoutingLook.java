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

    /**
     * What is prepared is read first: a handover that is committed between the two queries is then seen as prepared and in force,
     * and never as neither, which would release what is held for it to the old authority.
     *
     * @throws StateException when the store cannot be read
     */
    public static RoutingLook at(StateDb db) {
        return db.read(connection -> {
            List<SliceState> prepared = Sql.query(
                    connection,
                    "select prepared from pending where kind = 'PREPARE'",
                    row -> SliceRecords.state(row.getString(1)));
            List<SliceState> inForce = Sql.query(
                    connection,
                    "select * from slice_state order by slice",
                    row -> SliceRecords.standing(row).state());
            return new RoutingLook(inForce, prepared);
        });
    }

    public boolean isPreparing(SliceName slice) {
        return prepared.stream().anyMatch(state -> state.slice().equals(slice));
    }
}
