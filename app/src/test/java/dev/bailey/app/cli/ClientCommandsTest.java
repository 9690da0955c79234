package dev.bailey.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.control.api.FakeBailey;
import dev.bailey.control.command.Command;
import dev.bailey.control.command.Role;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.SliceName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ClientCommandsTest {

    @TempDir
    Path folder;

    FakeBailey bailey;

    @BeforeEach
    void start() {
        bailey = new FakeBailey(folder);
    }

    @AfterEach
    void stop() {
        bailey.close();
    }

    @Test
    void looksWithTheLocalTokenOfTheDataFolder() {
        assertThat(run("status").text())
                .contains("orders of team-orders, finish by 2027-03-31", "phase 6 READ_CUTOVER, ramp 10%")
                .contains("next: ramp 50% waits for differences", "held by anna: holiday")
                .contains("  legacy  90     0.10%   3.2     12.5")
                .contains("undelivered 5, unknown 1, parked 1")
                .doesNotContain("\u001b");
        assertThat(run("gates", "orders").text())
                .contains("VERDICT  GATE         VALUE", "fail     differences", "look at `bailey diffs`");
        assertThat(run("explain", "GET", "/api/orders/42", "-H", "X-Account: acme")
                        .text())
                .contains("GET /api/orders/42 -> modern", "bucket 123");
        assertThat(run("journal").text()).contains("w8", "PARKED", "modern refused with 422", "--before 7");
        assertThat(run("journal", "show", "w8").text()).contains("120 bytes of application/json");
        assertThat(run("diffs").text()).contains("GET /api/orders/{id} /total value");
        assertThat(run("diffs", "d1").text()).contains("/total value: 1 | 2");
        assertThat(run("divergences").text()).contains("42", "/total", "open");
        assertThat(run("flags").text()).contains("orders.read-modern");
        assertThat(run("burndown").text()).contains("lines of legacy code");
        assertThat(run("history", "orders").text()).contains("DUAL_WRITE");
        assertThat(run("versions", "orders").text())
                .contains(
                        "orders, counted since 2026-11-20T10:00:00Z: v1, which goes away on 2027-03-01, has 12 requests of 1 consumer")
                .contains("v1       path /v1  2026-10-01  2027-03-01  12        https://docs.example/orders-v2")
                .contains("acme      v1       12        2026-11-20T10:00:00Z");
        assertThat(run("versions").text()).isEqualTo(run("versions", "orders").text());
        assertThat(run("versions", "--output", "json").text())
                .startsWith("{\"items\":[{\"slice\":\"orders\"")
                .contains("\"told\":\"path /v1\",\"deprecated\":\"2026-10-01\"");
        assertThat(run("versions", "nothing").code()).isEqualTo(1);
        assertThat(run("jobs").text()).contains("reconcile orders: 500 of 1,000 (50 %), 250/s, 2 s left");
        assertThat(run("audit", "--verify").text()).contains("intact");
        assertThat(run("certificate").code()).isEqualTo(1);
    }

    @Test
    void everyCommandHasHelpAndAReasonWhereItChanges() {
        for (CommandLine command : line().getSubcommands().values()) {
            assertThat(run(command.getCommandName(), "--help").code()).isZero();
        }
        for (String change :
                List.of("advance", "back", "rollback", "hold", "resume", "backfill", "reconcile", "rehearse")) {
            Result result = run(change, "orders");
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.err()).contains("--reason");
        }
        assertThat(run("kill").code()).isEqualTo(2);
        assertThat(run("approve", "ap-1").code()).isEqualTo(2);
        assertThat(bailey.executed).isEmpty();
    }

    @Test
    void movesASliceAndTellsWhereItStands() {
        Result result = run("advance", "orders", "--ramp", "12.5%", "--reason", "ready");
        assertThat(result.code()).isZero();
        assertThat(result.text()).contains("orders stands at READ_CUTOVER, ramp 50%, epoch 8");
        assertThat(bailey.executed)
                .containsExactly(new Command.Advance(
                        new SliceName("orders"), Optional.empty(), Optional.of(new Ramp(1_250)), false));
        assertThat(run("kill", "--reason", "drill").code()).isZero();
        assertThat(run("backfill", "orders", "--reason", "go").text()).contains("bailey jobs job-1 --wait");
    }

    @Test
    void tellsWhyItWasRefusedInOneSentenceAndNeverWithAStackTrace() {
        Result gates = run("advance", "orders", "--to", "read-cutover", "--reason", "go");
        assertThat(gates.code()).isEqualTo(1);
        assertThat(gates.err()).contains("READ_CUTOVER waits for differences", "fail  differences: 2% differ");
        assertThat(run("gates", "nope").err()).contains("there is no slice nope");
        assertThat(run("status", "--url", "http://127.0.0.1:1").err())
                .contains("no Bailey answers at", "bailey run FILE");
        assertThat(run("status", "--url", "nonsense").err()).contains("is not an address");
        assertThat(run("status", "--token", "wrong").err()).contains("unknown, expired or revoked");
        assertThat(run("status", "--data", folder.resolve("none").toString()).err())
                .contains("--token or BAILEY_TOKEN");
        String viewer = bailey.token("vic", Role.VIEWER);
        assertThat(run("kill", "--reason", "r", "--token", viewer).err()).contains("vic has the role viewer");
        assertThat(run("apply", "none.yaml", "--reason", "r").err()).contains("cannot read none.yaml");
        assertThat(gates.err() + gates.text()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void printsTheApisOwnRecordsAsJson() {
        assertThat(run("status", "--output", "json").text()).startsWith("{\"migration\":\"orders\"");
        Result refused = run("gates", "nope", "--output", "json");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.text()).contains("\"error\":\"not-found\"");
        assertThat(run("status", "--output", "xml").code()).isEqualTo(2);
    }

    @Test
    void aSecondPersonApproves() {
        String olga = bailey.token("olga", Role.OPERATOR);
        Result asked = run("advance", "orders", "--to", "LEGACY_OFF", "--reason", "cut", "--token", olga);
        assertThat(asked.text()).contains("bailey approve ap-1 --reason WHY");
        assertThat(run("approve").text()).contains("ap-1", "waiting", "advance orders to LEGACY_OFF", "olga");
        assertThat(run("approve", "ap-1", "--reason", "checked").code()).isZero();
        assertThat(run("approve").text()).contains("granted");
        assertThat(run("audit").text()).contains("olga", "under approval ap-1");
    }

    @Test
    void makesAndRevokesTokens() {
        Result made = run("tokens", "create", "zoe", "--role", "viewer", "--reason", "new");
        String secret = made.text().strip();
        assertThat(run("status", "--token", secret).code()).isZero();
        String row = run("tokens")
                .text()
                .lines()
                .filter(line -> line.contains("zoe"))
                .findFirst()
                .orElseThrow();
        assertThat(run("tokens", "revoke", row.split(" ")[0], "--reason", "left")
                        .code())
                .isZero();
        assertThat(run("status", "--token", secret).code()).isEqualTo(1);
    }

    @Test
    void plansAndAppliesAFile() throws IOException {
        Path good = Files.writeString(folder.resolve("good.yaml"), "bailey: 1\n");
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "baley: 1\n");
        assertThat(run("plan", "--changes-only", good.toString()).text())
                .contains("slices.orders.gates.lag: 30s -> 10s");
        assertThat(run("plan", good.toString(), "--url", "http://127.0.0.1:1").err())
                .contains("no Bailey answers at", "--stores-only");
        Result wrong = run("plan", "--changes-only", bad.toString());
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.text()).contains("bad.yaml:1:1: key \"baley\" is unknown; did you mean \"bailey\"?");
        assertThat(run("apply", good.toString(), "--reason", "tighter").code()).isZero();
        assertThat(bailey.executed).containsExactly(new Command.Apply("bailey: 1\n"));
    }

    @Test
    void everyCommandIsFoundByTheNameItHas() {
        assertThat(line().getSubcommands().keySet())
                .containsExactlyElementsOf(ClientCommands.byName().keySet());
        ClientCommands.byName()
                .forEach((name, command) -> assertThat(new CommandLine(command.get()).getCommandName())
                        .isEqualTo(name));
    }

    private CommandLine line() {
        CommandLine line =
                new CommandLine(CommandLine.Model.CommandSpec.create().name("bailey"));
        ClientCommands.byName().values().forEach(command -> line.addSubcommand(command.get()));
        return line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    }

    private Result run(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        if (!all.contains("--help")) {
            if (!all.contains("--url")) {
                all.addAll(List.of("--url", bailey.server.url()));
            }
            if (!all.contains("--data") && !all.contains("--token")) {
                all.addAll(List.of("--data", folder.toString()));
            }
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                line().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(all.toArray(new String[0]));
        return new Result(code, out.toString(), err.toString());
    }

    private record Result(int code, String text, String err) {}
}
