package dev.bailey.datasync;

import static dev.bailey.datasync.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.model.phase.Side;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What PostgreSQL was asked to commit stands after a crash, whatever the database's own default. */
class DurableWritesTest {

    private static final String NOTE =
            "create function note() returns trigger language plpgsql as 'begin insert into noted values (tg_op,"
                    + " current_setting(''synchronous_commit'')); return null; end'";

    @ParameterizedTest
    @CsvSource({"off, on", "local, local", "remote_apply, remote_apply"})
    void everyWayOfWritingIsAsDurableAsTheDefaultOrMore(String set, String expected) throws Exception {
        Flat flat = Flat.postgres(50);
        String modern = flat.modernUrl();
        Shop.sql(modern, "alter database " + BackfillFaultsTest.database(modern) + " set synchronous_commit = " + set);
        Shop.sql(modern, "create table noted (what text, commits text)");
        Shop.sql(modern, NOTE);
        Shop.sql(
                modern,
                "create trigger note after insert or update or delete on purchase for each row execute function note()");
        try (DataPlane plane = Plane.open(flat.data(), new Plane.Kept())) {
            done(Plane.ended(plane, plane.startBackfill(ORDERS)));
            Shop.sql(flat.legacyUrl(), "update orders set cents = 1 where id = 7");
            plane.refresh(ORDERS, Side.LEGACY, List.of(Shop.key(7)));
            Shop.sql(flat.legacyUrl(), "delete from orders where id = 8");
            done(Plane.ended(plane, plane.startReconcile(ORDERS, true, false)));
        }
        assertThat(Engine.rows(modern, "select distinct what, commits from noted order by what"))
                .containsExactly("DELETE " + expected, "INSERT " + expected, "UPDATE " + expected);
    }

    private static void done(JobRecord job) {
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
    }
}
