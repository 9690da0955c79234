package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.FlatRow;
import dev.bailey.datasync.store.FlatWriter;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.sql.SqlPools.RefusedException;
import dev.bailey.model.route.EntityKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes rows to PostgreSQL with {@code COPY}, a batch a transaction. A batch that is refused is halved until the rows that
 * offend are among few, and those few are left out: {@link TableWriter} writes them one by one, and says what is wrong.
 */
final class CopyWriter implements FlatWriter {

    /** So few rows are not worth halving further. */
    private static final int FEW = 32;

    private final SqlPools pools;
    private final CopyTarget target;
    private final CopySwitch usable;
    private final BeforeWrite before;
    private final Set<EntityKey> written = new HashSet<>();
    private CopyBatch batch = new CopyBatch(List.of());
    private List<String> fields = List.of();
    private boolean fresh;
    private boolean straight;

    /**
     * @param fresh whether the rows are expected to be new, so that a plain {@code COPY} or insert may do
     * @param usable turned off when the database has no such way
     */
    CopyWriter(SqlPools pools, CopyTarget target, boolean fresh, CopySwitch usable, BeforeWrite before) {
        this.pools = pools;
        this.target = target;
        this.fresh = fresh;
        this.straight = fresh && target.isPlain() && usable.straight();
        this.usable = usable;
        this.before = before;
    }

    @Override
    public void add(FlatRow row) throws StoreException {
        if (!row.fields().equals(fields)) {
            flush();
            fields = row.fields();
            batch = new CopyBatch(target.slots(fields));
        }
        batch.add(row);
        if (batch.isFull()) {
            flush();
        }
    }

    @Override
    public void flush() throws StoreException {
        if (batch.rows() > 0) {
            write(0, batch.rows());
        }
        batch.clear();
    }

    @Override
    public Set<EntityKey> written() {
        return written;
    }

    private void write(int from, int to) throws StoreException {
        if (!usable.staged()) {
            return;
        }
        before.mayWrite();
        try {
            pools.write(connection -> straight ? copied(connection, from, to) : staged(connection, from, to));
            written.addAll(batch.keys(from, to));
        } catch (RefusedException e) {
            if (fresh) {
                fresh = false;
                straight = false;
                write(from, to);
            } else if (to - from > FEW) {
                int middle = (from + to) >>> 1;
                write(from, middle);
                write(middle, to);
            }
        } catch (StoreException e) {
            if (!CopySwitch.isUnable(e)) {
                throw e;
            }
            if (straight) {
                straight = false;
                usable.noStraight(e);
            } else {
                usable.noStaged(e);
            }
            write(from, to);
        }
    }

    private long staged(Connection connection, int from, int to) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(target.stage(batch));
            copy(connection, target.intoStage(), from, to);
            return statement.executeLargeUpdate(fresh ? target.insert() : target.upsert());
        }
    }

    private long copied(Connection connection, int from, int to) throws SQLException {
        return copy(connection, target.straight(), from, to);
    }

    private long copy(Connection connection, String sql, int from, int to) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            int start = batch.start(from);
            copy.writeToCopy(batch.bytes(), start, batch.start(to) - start);
            return copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
