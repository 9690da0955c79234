package dev.bailey.control.state;

import java.sql.SQLException;
import java.time.Duration;

/** The way between one process and the shared store. */
public interface Way {

    /** Goes there, or back; takes time. Throws when the way is cut. */
    void travel() throws SQLException;

    /** Lets time pass. */
    void sleep(Duration time);

    /** Whether a message that was lost on its way arrives all the same, later. */
    boolean arrivesLate(Runnable arrival);

    /** The failure of a connection that is cut. */
    static SQLException cut() {
        return new SQLException("simulated: the store cannot be reached", "08006");
    }
}
