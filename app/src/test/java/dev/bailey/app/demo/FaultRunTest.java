package dev.bailey.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.examples.orders.load.AuditResult.Fault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes and broken connections for a short time; then the account is shown what it must find. */
@Timeout(400)
@EnabledIfEnvironmentVariable(named = "BAILEY_LONG_TESTS", matches = "true", disabledReason = "takes minutes")
class FaultRunTest {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final long SEED = 1;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final DemoVoice voice =
            new DemoVoice(new PrintStream(said, true, StandardCharsets.UTF_8), false, System::nanoTime);

    @ParameterizedTest(name = "{0} nodes, {1} s")
    @CsvSource({"1, 25", "3, 60"})
    void nothingIsLostUnderFaultsAndTheAccountFindsWhatIsLostOnPurpose(int nodes, int seconds) throws Exception {
        try (FaultWorld world = FaultWorld.start(HOME, nodes, FaultRun.ORDERS, SEED, false);
                FaultRun run = FaultRun.start(world, SEED, nodes == 1 ? 100 : 40, voice)) {
            run.prepare();
            FaultTimeline timeline = new FaultTimeline(System::nanoTime);
            run.faults(FaultPlan.draw(SEED, Duration.ofSeconds(seconds), nodes), timeline);
            run.settle();
            FaultAccount account = run.account();

            assertThat(account.isGood())
                    .describedAs("%s%n%s%n%s", said, report(account, timeline), world.lastLines())
                    .isTrue();
            assertThat(account.audit().acknowledged()).isPositive();
            assertThat(timeline.counts()).hasSizeGreaterThan(5);

            loseOneAndDoubleOne(world.services);
            FaultAccount after = run.account();

            assertThat(after.isGood()).isFalse();
            assertThat(after.audit().lost()).isEqualTo(1);
            assertThat(after.audit().doubled()).isEqualTo(1);
            assertThat(after.audit().diverged()).isEqualTo(1);
            assertThat(after.audit().findings())
                    .extracting(finding -> finding.fault())
                    .containsExactlyInAnyOrder(Fault.LOST, Fault.DOUBLED, Fault.DIVERGED);
            assertThat(report(after, timeline))
                    .contains("**This run failed.**", "| lost | 1 |", "| doubled | 1 |", "## Timeline");
        }
    }

    private static List<String> report(FaultAccount account, FaultTimeline timeline) {
        return FaultReport.lines("faults", LocalDate.of(2026, 11, 28), List.of(), account, timeline, 0);
    }

    /** Takes one acknowledged create out of legacy's database, and counts another one twice. */
    private static void loseOneAndDoubleOne(DemoServices services) throws SQLException {
        try (Connection legacy = DriverManager.getConnection(services.legacyJdbc());
                Statement statement = legacy.createStatement()) {
            statement.execute("pragma busy_timeout = 10000");
            assertThat(statement.executeUpdate("delete from orders where id = (select max(id) from orders)"))
                    .isEqualTo(1);
            assertThat(
                            statement.executeUpdate(
                                    "update applied set times = 2 where ref = (select ref from orders where ref is not null order by id desc limit 1)"))
                    .isEqualTo(1);
        }
    }
}
