package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.FlatRow;
import dev.bailey.datasync.store.FlatStore;
import dev.bailey.datasync.store.FlatWriter;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store over JDBC, whole ranges at a time: rows from one streaming select, out of and into PostgreSQL with {@code COPY}. */
final class SqlFlatStore implements FlatStore {

    private final SqlDialect dialect;
    private final DataSpec data;
    private final SqlStore spec;
    private final SqlPools pools;
    private final Projection projection;
    private final CopySwitch usable;
    private volatile @Nullable CopyTarget target;

    SqlFlatStore(SqlDialect dialect, DataSpec data, SqlStore spec, SqlPools pools, Projection projection) {
        this(dialect, data, spec, pools, projection, new CopySwitch(System::nanoTime));
    }

    private SqlFlatStore(
            SqlDialect dialect,
            DataSpec data,
            SqlStore spec,
            SqlPools pools,
            Projection projection,
            CopySwitch usable) {
        this.usable = usable;
        this.dialect = dialect;
        this.data = data;
        this.spec = spec;
        this.pools = pools;
        this.projection = projection;
    }

    /** The same by other pools to the same database: what one finds missing the other leaves alone as well. */
    SqlFlatStore over(SqlPools others) {
        SqlFlatStore same = new SqlFlatStore(dialect, data, spec, others, projection, usable);
        same.target = target;
        return same;
    }

    @Override
    public Optional<List<String>> flatFields() throws StoreException {
        if (!spec.children().isEmpty()) {
            return Optional.empty();
        }
        return pools.read(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet none = statement.executeQuery(projection.none())) {
                return FlatReader.isFlat(dialect, none.getMetaData())
                        ? Optional.of(FlatReader.fields(none.getMetaData()))
                        : Optional.empty();
            }
        });
    }

    @Override
    public void rows(KeyRange range, Taking each) throws StoreException {
        if (!usable.read()) {
            rows(range, each, false);
            return;
        }
        boolean[] taken = {false};
        try {
            rows(
                    range,
                    row -> {
                        taken[0] = true;
                        each.row(row);
                    },
                    true);
        } catch (StoreException e) {
            if (taken[0] || !CopySwitch.isUnable(e)) {
                throw e;
            }
            rows(range, each, false);
            usable.noRead(e);
        }
    }

    private void rows(KeyRange range, Taking each, boolean copy) throws StoreException {
        pools.read(connection -> {
            Optional<KeyColumns> key = projection.key(connection);
            Optional<CopyReader> quick = copy && key.isPresent() ? quick(connection) : Optional.empty();
            if (quick.isPresent()) {
                quick.get().rows(connection, projection, key.get(), range, each);
            } else if (key.isPresent()) {
                projection.rows(connection, key.get(), range, rows -> {
                    FlatReader reader = new FlatReader(dialect, data.key(), rows);
                    return () -> {
                        FlatRow row = reader.read();
                        each.row(row);
                        return row.length();
                    };
                });
            }
            return key;
        });
    }

    private Optional<CopyReader> quick(Connection connection) throws SQLException {
        if (dialect != SqlDialect.POSTGRESQL) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery(projection.none())) {
            return CopyReader.of(data.key(), none.getMetaData());
        }
    }

    @Override
    public Optional<FlatWriter> writer(boolean fresh, BeforeWrite before) throws StoreException {
        boolean able = dialect == SqlDialect.POSTGRESQL
                && spec.write().filter(table -> CopyTarget.takes(data, table)).isPresent()
                && usable.staged();
        return able ? Optional.of(new CopyWriter(pools, target(), fresh, usable, before)) : Optional.empty();
    }

    private CopyTarget target() throws StoreException {
        CopyTarget found = target;
        if (found == null) {
            found = pools.read(connection -> CopyTarget.of(data, spec.write().orElseThrow(), connection));
            target = found;
        }
        return found;
    }
}
