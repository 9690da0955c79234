package dev.bailey.gateway.dualwrite;

import static dev.bailey.gateway.dualwrite.Crossing.ITEMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.dualwrite.WritePath.Admitted;
import dev.bailey.journal.RecordFeed;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.postgres.PostgresJournal;
import dev.bailey.journal.postgres.PostgresJournalSettings;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.write.Partition;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Several write paths over one journal in PostgreSQL. */
abstract class SeveralNodes {

    static final Duration PATIENT = Duration.ofSeconds(20);
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    /** One for all classes; it ends with the process. */
    static final EmbeddedPostgres POSTGRES = start();

    @TempDir
    Path folder;

    final String schema = "n" + SCHEMAS.incrementAndGet();
    final List<Crossing.Node> nodes = new ArrayList<>();
    Crossing crossing;

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void open() {
        crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE, PATIENT, GatewaySpec.DEFAULTS);
    }

    @AfterEach
    void close() {
        nodes.forEach(Crossing.Node::close);
        crossing.close();
    }

    void crossImpatiently() {
        crossing.close();
        crossing = new Crossing(folder, Crossing.replay(), Phase.DUAL_WRITE, Crossing.SHORT, GatewaySpec.DEFAULTS);
    }

    Crossing.Node open(String origin) {
        PostgresJournalSettings settings = PostgresJournalSettings.of(
                        POSTGRES.getJdbcUrl("postgres", "postgres"), schema, origin, _ -> {})
                .amongOthers();
        GroupJournal journal = PostgresJournal.open(settings, InstantSource.system());
        Crossing.Node node =
                crossing.new Node(journal, new Sharing(origin, PostgresJournal.feed(settings)), WriteLease.FOR_EVER);
        nodes.add(node);
        return node;
    }

    /** One that sees of the others only what it is let. */
    Crossing.Node open(String origin, Veil veil) {
        PostgresJournalSettings settings = PostgresJournalSettings.of(
                        POSTGRES.getJdbcUrl("postgres", "postgres"), schema, origin, _ -> {})
                .amongOthers();
        GroupJournal journal = PostgresJournal.open(settings, InstantSource.system());
        veil.feed = PostgresJournal.feed(settings);
        Crossing.Node node = crossing.new Node(journal, new Sharing(origin, veil), WriteLease.FOR_EVER);
        nodes.add(node);
        return node;
    }

    /** While it is down nothing new is seen. */
    static final class Veil implements RecordFeed {
        final Semaphore down = new Semaphore(1);
        private volatile @Nullable RecordFeed feed;

        @Override
        public Look next() {
            down.acquireUninterruptibly();
            try {
                return java.util.Objects.requireNonNull(feed).next();
            } finally {
                down.release();
            }
        }

        @Override
        public void close() {
            java.util.Objects.requireNonNull(feed).close();
        }
    }

    Crossing.Node lead(String origin) throws InterruptedException {
        Crossing.Node node = open(origin);
        assertThat(node.writes.partitions().takeOver(Partition.ALL, true, PATIENT))
                .isTrue();
        return node;
    }

    void awaitEqual() {
        await().atMost(PATIENT)
                .untilAsserted(() -> assertThat(crossing.modern.items()).isEqualTo(crossing.legacy.items()));
        await().atMost(PATIENT)
                .untilAsserted(() -> assertThat(nodes.stream()
                                .filter(node -> !node.dead)
                                .mapToInt(node -> pending(node).size())
                                .sum())
                        .isZero());
        assertThat(crossing.modern.items()).isEqualTo(crossing.legacy.items());
    }

    static SlicePending pending(Crossing.Node node) {
        return java.util.Objects.requireNonNull(node.writes.slice(ITEMS)).pending;
    }

    Admitted admitted(Crossing.Node node, String method, String target, String body) throws Exception {
        return (Admitted) crossing.admit(node, method, target, body, null, true);
    }

    static Partition of(String item) {
        return Partition.of(ITEMS, new EntityKey(item));
    }

    /** The first item of another partition. */
    static String itemBeside(Partition partition) {
        return IntStream.range(0, 1_000)
                .mapToObj(Integer::toString)
                .filter(item -> !of(item).equals(partition))
                .findFirst()
                .orElseThrow();
    }
}
