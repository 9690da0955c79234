package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.StorePair;
import dev.bailey.datasync.store.sql.SqlEntityStore;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.ConflictPolicy;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody writes to the follower past the gateway: what each policy makes of it, and what the wrong one would lose. */
class ConflictPolicyTest {

    private static final EntityKey KEY = new EntityKey("1");

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /** Two sides with one note each, equal and refreshed once. */
    private final class Sides {
        final String legacy;
        final String modern;
        final StorePair stores;
        final DataPlane plane;

        Sides(Engine engine, ConflictPolicy policy) throws Exception {
            this(engine, policy, "select id, body, at from note");
        }

        Sides(Engine engine, ConflictPolicy policy, String read) throws Exception {
            legacy = Engine.SQLITE.database(folder);
            modern = engine.database(folder);
            for (String url : List.of(legacy, modern)) {
                Engine.run(
                        url,
                        "create table note (id bigint primary key, body varchar(50), at "
                                + (Shop.isMariaDb(url) ? "datetime(6))" : "timestamp)"),
                        "create table marks (id varchar(255) primary key, state varchar(64) not null)");
            }
            DataSpec data = data(policy, read);
            stores = new StorePair(
                    Shop.ORDERS, store(Side.LEGACY, data, (SqlStore) data.legacy()), store(Side.MODERN, data, (SqlStore)
                            data.modern()));
            plane = Plane.open(data, new Plane.Kept());
            open.add(plane);
            Engine.run(legacy, "insert into note values (1, 'first', '2026-11-01 10:00:00')");
            assertThat(refresh()).isInstanceOf(Refreshed.Done.class);
        }

        DataSpec data(ConflictPolicy policy, String read) {
            return new DataSpec("id", Optional.of("at"), policy, spec(legacy, read), spec(modern, read));
        }

        Refreshed refresh() {
            return plane.refresh(Shop.ORDERS, Side.LEGACY, List.of(KEY));
        }

        String reason() {
            return ((Refreshed.Refused) refresh()).reason();
        }

        void legacy(String statement) throws Exception {
            Engine.run(legacy, statement);
        }

        void modern(String statement) throws Exception {
            Engine.run(modern, statement);
        }

        List<String> bodies() throws Exception {
            List<String> bodies = new ArrayList<>();
            for (String url : List.of(legacy, modern)) {
                bodies.add(String.join(",", Engine.rows(url, "select body from note order by id")));
            }
            return bodies;
        }
    }

    private static SqlStore spec(String url, String read) {
        WriteTable write = new WriteTable(
                "note",
                Map.of("id", "id", "body", "body", "at", "at"),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.of("marks"));
        return new SqlStore(url, "", "", read, Map.of(), Optional.of(write));
    }

    private EntityStore store(Side side, DataSpec data, SqlStore spec) {
        EntityStore store = SqlEntityStore.open(Shop.ORDERS, side, data, spec);
        open.add(store);
        return store;
    }

    private static final String ROGUE_NEWER = "update note set body = 'rogue', at = '2026-11-03 10:00:00'";
    private static final String ROGUE_SAME_TIME = "update note set body = 'rogue'";
    private static final String CLIENT = "update note set body = 'client', at = '2026-11-02 10:00:00'";

    @ParameterizedTest
    @EnumSource
    void theAuthorityWins(Engine engine) throws Exception {
        Sides sides = new Sides(engine, ConflictPolicy.AUTHORITY);
        sides.modern(ROGUE_NEWER);
        sides.legacy(CLIENT);

        assertThat(sides.refresh()).isInstanceOf(Refreshed.Done.class);
        assertThat(sides.bodies()).containsExactly("client", "client");
    }

    @ParameterizedTest
    @EnumSource
    void aHigherVersionStaysAndIsToldUntilTheAuthorityPassesIt(Engine engine) throws Exception {
        Sides sides = new Sides(engine, ConflictPolicy.VERSION);
        sides.modern(ROGUE_NEWER);
        sides.legacy(CLIENT);

        assertThat(sides.reason()).contains("the follower holds a newer version");
        assertThat(sides.bodies()).containsExactly("client", "rogue");

        sides.legacy("update note set body = 'later', at = '2026-11-04 10:00:00'");
        assertThat(sides.refresh()).isInstanceOf(Refreshed.Done.class);
        assertThat(sides.bodies()).containsExactly("later", "later");
    }

    @ParameterizedTest
    @EnumSource
    void theNewestIsCarriedToEitherSide(Engine engine) throws Exception {
        Sides sides = new Sides(engine, ConflictPolicy.NEWEST);
        sides.modern(ROGUE_NEWER);
        sides.legacy(CLIENT);

        assertThat(sides.refresh()).isInstanceOf(Refreshed.Done.class);
        assertThat(sides.bodies()).containsExactly("rogue", "rogue");

        sides.legacy("update note set body = 'later', at = '2026-11-03 10:00:00.5'");
        assertThat(sides.refresh()).isInstanceOf(Refreshed.Done.class);
        assertThat(sides.bodies()).containsExactly("later", "later");
    }

    @ParameterizedTest
    @EnumSource
    void theNewestIsNeverWrittenOverAWriteThatCameInMeanwhile(Engine engine) throws Exception {
        Sides sides = new Sides(engine, ConflictPolicy.NEWEST);
        sides.modern(ROGUE_NEWER);
        StorePair raced = new StorePair(
                Shop.ORDERS,
                new Interfering(sides.stores.legacy(), 1, () -> {
                    try {
                        sides.legacy("update note set body = 'meanwhile', at = '2026-11-05 10:00:00'");
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }),
                sides.stores.modern());

        assertThat(new dev.bailey.datasync.refresh.Refresh(
                                raced, dev.bailey.datasync.refresh.Exclusion.NONE, Optional.of("at"))
                        .refresh(Side.LEGACY, List.of(KEY)))
                .isInstanceOf(Refreshed.Done.class);
        assertThat(sides.bodies()).containsExactly("meanwhile", "meanwhile");
    }

    /** No version tells of this one: by version or by time the change would be overwritten. */
    @ParameterizedTest
    @EnumSource
    void parkWritesNothingOverAChangeThatLeftNoTrace(Engine engine) throws Exception {
        for (ConflictPolicy blind : List.of(ConflictPolicy.AUTHORITY, ConflictPolicy.VERSION, ConflictPolicy.NEWEST)) {
            Sides losing = new Sides(engine, blind);
            losing.modern(ROGUE_SAME_TIME);
            losing.legacy(CLIENT);
            assertThat(losing.refresh()).isInstanceOf(Refreshed.Done.class);
            assertThat(losing.bodies()).containsExactly("client", "client");
        }
        Sides sides = new Sides(engine, ConflictPolicy.PARK);
        sides.modern(ROGUE_SAME_TIME);
        sides.legacy(CLIENT);

        assertThat(sides.reason())
                .contains("slice orders, modern: conflict: the follower holds a row that was changed");
        assertThat(sides.bodies()).containsExactly("client", "rogue");
    }

    @ParameterizedTest
    @EnumSource
    void aParkedConflictIsSettledEitherWay(Engine engine) throws Exception {
        Sides taken = new Sides(engine, ConflictPolicy.PARK);
        taken.modern(ROGUE_SAME_TIME);
        taken.legacy(CLIENT);
        assertThat(taken.reason()).contains("marks");
        taken.modern("update marks set state = '' where id = 'orders/1'");
        assertThat(taken.refresh()).isInstanceOf(Refreshed.Done.class);
        assertThat(taken.bodies()).containsExactly("client", "client");

        Sides kept = new Sides(engine, ConflictPolicy.PARK);
        kept.modern(ROGUE_SAME_TIME);
        kept.legacy(ROGUE_SAME_TIME);
        assertThat(kept.refresh()).isInstanceOf(Refreshed.Done.class);
        kept.legacy(CLIENT);
        assertThat(kept.refresh()).isInstanceOf(Refreshed.Done.class);
        assertThat(kept.bodies()).containsExactly("client", "client");
    }

    @ParameterizedTest
    @EnumSource
    void parkSeesWhatCameAndWhatWent(Engine engine) throws Exception {
        Sides sides = new Sides(engine, ConflictPolicy.PARK);
        sides.modern("delete from note");
        sides.legacy(CLIENT);
        assertThat(sides.reason()).contains("no row where Bailey had written one");
        assertThat(sides.bodies()).containsExactly("client", "");

        sides.modern("delete from marks");
        sides.modern("insert into note values (1, 'alien', '2026-11-01 10:00:00')");
        assertThat(sides.reason()).contains("a row that Bailey has not written");
        sides.legacy("delete from note");
        assertThat(sides.reason()).contains("a row that Bailey has not written");
        assertThat(sides.bodies()).containsExactly("", "alien");
    }

    @ParameterizedTest
    @EnumSource
    void parkFollowsTheAuthorityAsLongAsNobodyElseWrites(Engine engine) throws Exception {
        Sides sides = new Sides(engine, ConflictPolicy.PARK);
        for (int i = 0; i < 3; i++) {
            sides.legacy("update note set body = 'client " + i + "'");
            assertThat(sides.refresh()).isInstanceOf(Refreshed.Done.class);
        }
        sides.legacy("delete from note");
        assertThat(sides.refresh()).isInstanceOf(Refreshed.Done.class);
        sides.legacy("insert into note values (1, 'again', '2026-11-01 10:00:00')");
        assertThat(sides.refresh()).isInstanceOf(Refreshed.Done.class);
        assertThat(sides.bodies()).containsExactly("again", "again");
    }
}
