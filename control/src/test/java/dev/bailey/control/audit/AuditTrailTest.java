package dev.bailey.control.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.CommandResult;
import dev.bailey.control.command.CommandText;
import dev.bailey.control.command.Issue;
import dev.bailey.control.command.Role;
import dev.bailey.control.state.AuditTable;
import dev.bailey.control.state.Backing;
import dev.bailey.control.state.StateDb;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Backing.class)
class AuditTrailTest {

    private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");
    private static final SliceName ORDERS = new SliceName("orders");
    private static final Issue ISSUE =
            new Issue("anna", Set.of(Role.OPERATOR), AT, "because", Optional.empty(), Optional.empty());

    private final Backing backing;

    AuditTrailTest(Backing backing) {
        this.backing = backing;
    }

    @TempDir
    Path folder;

    StateDb db;
    AuditTrail trail;

    @BeforeEach
    void open() {
        db = backing.open(folder, List.of());
        trail = new AuditTrail(new AuditTable(db), () -> AT);
    }

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void writesIntentBeforeAndResultAfterTheCommand() {
        AuditedCommands commands = new AuditedCommands(
                (_, _) -> {
                    assertThat(trail.before(Long.MAX_VALUE, 10)).hasSize(1);
                    return new CommandResult.Done("all back", Optional.empty());
                },
                trail);
        commands.execute(new Command.Kill(), ISSUE);
        List<AuditEntry> entries = trail.before(Long.MAX_VALUE, 10);
        assertThat(entries).hasSize(2);
        assertThat(entries.get(1).kind()).isEqualTo(AuditEntry.Kind.INTENT);
        assertThat(entries.get(0).of()).contains(entries.get(1).sequence());
        assertThat(entries.get(0).outcome()).contains("done");
        assertThat(entries.get(0).message()).isEqualTo("all back");
    }

    @Test
    void writesAlsoWhatWasRefusedAndWhatBroke() {
        Issue viewer = new Issue("vic", Set.of(Role.VIEWER), AT, "r", Optional.empty(), Optional.empty());
        AuditedCommands broken = new AuditedCommands(
                (_, _) -> {
                    throw new IllegalStateException("disk");
                },
                trail);
        assertThat(broken.execute(new Command.Kill(), viewer)).isInstanceOf(CommandResult.Refused.class);
        assertThatThrownBy(() -> broken.execute(new Command.Kill(), ISSUE)).isInstanceOf(IllegalStateException.class);
        assertThat(trail.before(Long.MAX_VALUE, 10).stream()
                        .map(entry -> entry.outcome().orElse("intent")))
                .containsExactly("failed", "intent", "refused");
    }

    @Test
    void anUntouchedChainIsIntactAlsoAfterReopening() {
        fill(25);
        String head = trail.head();
        db.close();
        open();
        trail.shift("orders", "rollback", "errors", "rolled back");
        assertThat(trail.check().intact()).isTrue();
        assertThat(trail.check().entries()).isEqualTo(26);
        assertThat(trail.head()).isNotEqualTo(head);
    }

    @Test
    void takesNoUpdateAndNoDelete() {
        fill(3);
        assertThatThrownBy(() -> sql("update audit set entry = '{}' where sequence = 2"))
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> sql("delete from audit")).hasMessageContaining("append-only");
    }

    @Test
    void findsAChangedEntryARemovedOneAndACutTail() {
        fill(5);
        drop("audit_no_update");
        drop("audit_no_delete");
        sql("update audit set entry = replace(entry, 'step 3', 'step X') where sequence = 3");
        assertThat(trail.check().brokenAt()).contains(3L);
        sql("update audit set entry = replace(entry, 'step X', 'step 3') where sequence = 3");
        assertThat(trail.check().intact()).isTrue();
        sql("delete from audit where sequence = 5");
        assertThat(trail.check().brokenAt()).contains(5L);
        sql("delete from audit where sequence = 2");
        assertThat(trail.check().brokenAt()).contains(2L);
    }

    @Test
    void everyCommandComesBackFromItsText() {
        List<Command> all = List.of(
                new Command.Advance(ORDERS, Optional.of(Phase.LEGACY_OFF), Optional.of(Ramp.FULL), true),
                new Command.Advance(ORDERS, Optional.empty(), Optional.empty(), false),
                new Command.Back(ORDERS, false),
                new Command.Rollback(ORDERS, false),
                new Command.Kill(),
                new Command.Backfill(ORDERS),
                new Command.Reconcile(ORDERS, true, false),
                new Command.Rehearse(ORDERS, new Ramp(100)),
                new Command.Hold(ORDERS, true),
                new Command.Hold(ORDERS, false),
                new Command.CancelJob("j"),
                new Command.RetryRecord(new RecordId("r")),
                new Command.Unpark(ORDERS, new EntityKey("42")),
                new Command.Approve("a", true),
                new Command.Approve("a", false),
                new Command.ForgetDifferences(ORDERS),
                new Command.Apply("bailey: 1\n"));
        for (Command command : all) {
            assertThat(CommandText.read(CommandText.write(command))).isEqualTo(command);
        }
        assertThat(all.stream().map(Command::getClass).distinct())
                .hasSize(Command.class.getPermittedSubclasses().length
                        - 1
                        + Command.OfSlice.class.getPermittedSubclasses().length);
    }

    private void fill(int entries) {
        for (int i = 1; i <= entries; i++) {
            trail.change("anna", "test", "thing", "because", "done", "step " + i);
        }
    }

    private void drop(String trigger) {
        sql("drop trigger " + trigger + (backing == Backing.POSTGRESQL ? " on audit" : ""));
    }

    private void sql(String statement) {
        db.write(connection -> {
            try (Statement run = connection.createStatement()) {
                return run.execute(statement);
            }
        });
    }
}
