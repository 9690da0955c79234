package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.job.Started;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.ReconcileResult;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** A real shop's database crosses whole, from SQLite into tables of another shape in PostgreSQL and in MariaDB, while it is written to. */
class ChinookCrossingTest {

    /** Both sides asked for the same facts in plain SQL; nothing of Bailey's is on this path. */
    private static final Map<String, List<String>> SAME = Map.of(
            "customers",
            List.of(
                    "select CustomerId, FirstName, LastName, Company, SupportRepId, Email, Phone, Fax, Address, City, State,"
                            + " Country, PostalCode from Customer order by CustomerId",
                    "select i.old_id, p.given, p.family, p.company, p.rep, c.email, c.phone, c.fax, a.street, a.city,"
                            + " a.state, a.country, a.postal from person_ids i, person p, person_contact c, person_address"
                            + " a where p.id = i.own and c.person_id = i.own and a.person_id = i.own order by i.old_id"),
            "tracks",
            List.of(
                    "select TrackId, Name, AlbumId, MediaTypeId, GenreId, Composer, Milliseconds, Bytes, cast(round(UnitPrice"
                            + " * 100) as integer) from Track order by TrackId",
                    "select old_id, title, album, media, genre, composer, length_ms, size, price_cents from song order by"
                            + " old_id"),
            "invoices",
            List.of(
                    "select InvoiceId, CustomerId, strftime('%Y-%m-%d %H:%M:%S', InvoiceDate), BillingAddress, BillingCity,"
                            + " BillingState, BillingCountry, BillingPostalCode, cast(round(Total * 100) as integer),"
                            + " (select count(*) from InvoiceLine l where l.InvoiceId = i.InvoiceId) from Invoice i order"
                            + " by InvoiceId",
                    "select b.old_id, i.old_id, to_char(b.issued, 'YYYY-MM-DD HH24:MI:SS'), b.street, b.city, b.state,"
                            + " b.country, b.postal, b.total_cents, jsonb_array_length(b.lines) from bill b, person p,"
                            + " person_ids i where p.id = b.person_id and i.own = p.id order by b.old_id"),
            "lines",
            List.of(
                    "select InvoiceLineId, InvoiceId, TrackId, cast(round(UnitPrice * 100) as integer), Quantity from"
                            + " InvoiceLine order by InvoiceLineId",
                    "select (e->>'line')::bigint, b.old_id, s.old_id, (e->>'cents')::bigint, (e->>'n')::bigint from bill b,"
                            + " jsonb_array_elements(b.lines) e, song s where s.id = (e->>'song')::uuid order by 1"));

    @TempDir
    Path folder;

    private static JobRecord done(DataPlane plane, Started started) {
        JobRecord job = Plane.ended(plane, started);
        assertThat(job.state()).as(job.message()).isEqualTo(JobState.DONE);
        return job;
    }

    private static ReconcileResult reconcile(DataPlane plane, SliceName slice, boolean repair) {
        done(plane, plane.startReconcile(slice, repair, false));
        return plane.lastReconcile(slice).orElseThrow();
    }

    private static void await(ChinookLive live, long more) {
        long until = live.writes() + more;
        Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> live.writes() >= until || !live.alive());
    }

    @Test
    void crossesWholeIntoPostgresWhileItIsWrittenTo() throws Exception {
        String legacy = Chinook.copy(folder);
        String modern = Postgres.database();
        Engine.run(modern, ChinookData.MODERN);
        crosses(
                legacy,
                modern,
                ChinookData.of(legacy, modern),
                SAME,
                "update bill set lines = jsonb_set(lines, '{0,cents}', '1') where old_id = (select max(old_id) from bill)");
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true")
    void crossesWholeIntoMariaDbWhileItIsWrittenTo() throws Exception {
        String legacy = Chinook.copy(folder);
        String modern = Maria.database();
        Engine.run(modern, ChinookMaria.MODERN);
        crosses(legacy, modern, ChinookMaria.of(legacy, modern), ChinookMaria.same(SAME), ChinookMaria.WRONG_CENT);
    }

    private static void crosses(
            String legacy,
            String modern,
            Map<SliceName, DataSpec> slices,
            Map<String, List<String>> same,
            String wrongCent)
            throws Exception {
        assertThat(same).hasSize(4);
        List<String> lines = Objects.requireNonNull(same.get("lines"));
        ChinookLive live = new ChinookLive(legacy);
        try (DataPlane plane = Plane.open(slices, new Plane.Kept(), live, Pause.SLEEP)) {
            for (SliceName slice : List.of(ChinookData.CUSTOMERS, ChinookData.TRACKS, ChinookData.INVOICES)) {
                assertThat(plane.check(slice)).isEmpty();
            }
            try (live) {
                live.start(plane, 1129);
                await(live, 5);
                done(plane, plane.startBackfill(ChinookData.CUSTOMERS));
                done(plane, plane.startBackfill(ChinookData.TRACKS));
                live.invoicesToo();
                await(live, 5);
                done(plane, plane.startBackfill(ChinookData.INVOICES));
                await(live, 50);
            }

            assertThat(reconcile(plane, ChinookData.CUSTOMERS, false).rows()).isEqualTo(59);
            assertThat(reconcile(plane, ChinookData.TRACKS, false).rows()).isEqualTo(3_503);
            for (SliceName slice : List.of(ChinookData.CUSTOMERS, ChinookData.TRACKS, ChinookData.INVOICES)) {
                ReconcileResult result = reconcile(plane, slice, false);
                assertThat(result.divergences()).as(slice.value()).isZero();
                assertThat(result.complete()).isTrue();
            }
            for (Map.Entry<String, List<String>> facts : same.entrySet()) {
                List<String> there = Engine.rows(legacy, facts.getValue().getFirst());
                assertThat(Engine.rows(modern, facts.getValue().getLast()))
                        .as(facts.getKey())
                        .isNotEmpty()
                        .isEqualTo(there);
            }

            // Both ways of proving see one wrong cent in one line of one document.
            Engine.run(modern, wrongCent);
            assertThat(Engine.rows(modern, lines.getLast())).isNotEqualTo(Engine.rows(legacy, lines.getFirst()));
            ReconcileResult tampered = reconcile(plane, ChinookData.INVOICES, true);
            assertThat(tampered.found()).hasSize(1);
            assertThat(tampered.found().getFirst().paths()).containsExactly("/lines/0/price");
            assertThat(tampered.repaired()).isEqualTo(1);
            assertThat(Engine.rows(modern, lines.getLast())).isEqualTo(Engine.rows(legacy, lines.getFirst()));
        }
    }
}
