package dev.bailey.journal.sqlite;

/**
 * Between which ids all records of some segments are. Ids grow with time as a rule; where they do not, as after a clock was set
 * back, this still tells soon where none can be.
 *
 * @param greatest empty where there is no record
 */
record Reach(String least, String greatest) {

    static final Reach NONE = new Reach("", "");

    /** With records between these ids as well. */
    Reach with(String minId, String maxId) {
        return greatest.isEmpty()
                ? new Reach(minId, maxId)
                : new Reach(
                        least.compareTo(minId) <= 0 ? least : minId, greatest.compareTo(maxId) >= 0 ? greatest : maxId);
    }

    Reach with(Reach other) {
        return other.greatest.isEmpty() ? this : with(other.least, other.greatest);
    }

    boolean mayHold(String id) {
        return greatest.compareTo(id) >= 0 && least.compareTo(id) <= 0;
    }
}
