package dev.bailey.control.state;

import dev.bailey.model.route.SliceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Full reconciles that slices owe: a debt is cleared by one that began after its moment and came to its end. Thread-safe. */
public final class Debts {

    private final StateDb db;
    private final Optional<NodeDebts> node;

    public Debts(StateDb db) {
        this(db, Optional.empty());
    }

    /** Of a store that is shared: what waits on this node is carried before anything is read, so that nothing passes it by. */
    public Debts(StateDb db, NodeDebts node) {
        this(db, Optional.of(node));
    }

    private Debts(StateDb db, Optional<NodeDebts> node) {
        this.db = db;
        this.node = node;
    }

    /** Records a debt, durably before it returns. */
    public void owe(SliceName slice, Instant since, String reason) {
        if (node.isPresent()) {
            node.get().owe(slice, since, reason);
            return;
        }
        db.write(connection -> Sql.update(
                connection, "insert into debt (slice, since, reason) values (?, ?, ?)", slice, since, reason));
    }

    /**
     * Brings what this node owes, and could not write into the shared store at the time, there.
     *
     * @throws StateException when the store cannot be reached yet
     */
    public void carry() {
        node.ifPresent(NodeDebts::carry);
    }

    public List<Debt> open(SliceName slice) {
        return all(slice).stream().filter(debt -> debt.cleared().isEmpty()).toList();
    }

    public List<Debt> all(SliceName slice) {
        node.ifPresent(NodeDebts::carry);
        return db.read(connection -> Sql.query(
                connection,
                "select * from debt where slice = ? order by id",
                row -> new Debt(
                        row.getLong("id"),
                        slice,
                        Instant.parse(row.getString("since")),
                        row.getString("reason"),
                        Optional.ofNullable(row.getString("cleared")).map(Instant::parse)),
                slice));
    }

    /** A full reconcile that began at {@code begun} is complete. */
    public void reconciled(SliceName slice, Instant begun, Instant ended) {
        List<Debt> paid =
                open(slice).stream().filter(debt -> begun.isAfter(debt.since())).toList();
        if (!paid.isEmpty()) {
            db.write(connection -> {
                for (Debt debt : paid) {
                    Sql.update(connection, "update debt set cleared = ? where id = ?", ended, debt.id());
                }
                return paid.size();
            });
        }
    }

    /** The slice owes a full reconcile begun after {@code since}. */
    public record Debt(long id, SliceName slice, Instant since, String reason, Optional<Instant> cleared) {}
}
