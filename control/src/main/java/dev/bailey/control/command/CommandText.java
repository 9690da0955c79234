package dev.bailey.control.command;

import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands as text: their name, what they act on, themselves in words, and as JSON that gives the same command back. */
public final class CommandText {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final String BY_FORCE = ", by force";

    private CommandText() {}

    /** The command's name as paths, lists and the audit trail write it. */
    public static String name(Command command) {
        return switch (command) {
            case Command.Advance _ -> "advance";
            case Command.Back _ -> "back";
            case Command.Rollback _ -> "rollback";
            case Command.Kill _ -> "kill";
            case Command.Backfill _ -> "backfill";
            case Command.Reconcile _ -> "reconcile";
            case Command.Rehearse _ -> "rehearse";
            case Command.Hold hold -> hold.held() ? "hold" : "resume";
            case Command.CancelJob _ -> "cancel-job";
            case Command.RetryRecord _ -> "retry-record";
            case Command.Unpark _ -> "unpark";
            case Command.Approve approve -> approve.granted() ? "approve" : "refuse";
            case Command.ForgetDifferences _ -> "forget-differences";
            case Command.Apply _ -> "apply";
        };
    }

    /** The slice, job, record or approval it acts on; empty when it acts on everything. */
    public static Optional<String> subject(Command command) {
        return switch (command) {
            case Command.OfSlice of -> Optional.of(of.slice().value());
            case Command.CancelJob cancel -> Optional.of(cancel.job());
            case Command.RetryRecord retry -> Optional.of(retry.record().value());
            case Command.Approve approve -> Optional.of(approve.approval());
            case Command.Kill _, Command.Apply _ -> Optional.empty();
        };
    }

    /** The command in words, such as {@code advance orders to LEGACY_OFF}. */
    public static String inWords(Command command) {
        String subject = subject(command).map(text -> " " + text).orElse("");
        String more = switch (command) {
            case Command.Advance advance ->
                advance.to().map(phase -> " to " + phase).orElse(" one step")
                        + advance.ramp().map(ramp -> " with ramp " + ramp).orElse("")
                        + (advance.force() ? BY_FORCE : "");
            case Command.Reconcile reconcile ->
                (reconcile.repair() ? " with repair" : "")
                        + (reconcile.dryRun() ? ", dry run" : "")
                        + (reconcile.rate() > 0 ? ", at most " + reconcile.rate() + "/s" : "");
            case Command.Backfill backfill ->
                backfill.paused()
                                .map(paused -> paused ? ", paused" : ", unpaused")
                                .orElse("")
                        + backfill.rate()
                                .map(rate -> rate == 0 ? ", without a bound" : ", at most " + rate + "/s")
                                .orElse("");
            case Command.Rehearse rehearse -> " with " + rehearse.cohort();
            case Command.Unpark unpark -> " entity " + unpark.entity();
            case Command.Apply apply -> " a migration file of " + apply.file().length() + " characters";
            case Command.Back(var _, boolean force) -> force ? BY_FORCE : "";
            case Command.Rollback(var _, boolean force) -> force ? BY_FORCE : "";
            case Command.Kill _,
                    Command.Hold _,
                    Command.CancelJob _,
                    Command.RetryRecord _,
                    Command.Approve _,
                    Command.ForgetDifferences _ -> "";
        };
        return name(command) + subject + more;
    }

    /** The command as JSON; {@link #read} gives it back. */
    public static String write(Command command) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("command", name(command));
        if (command instanceof Command.OfSlice of) {
            fields.put("slice", of.slice().value());
        }
        switch (command) {
            case Command.Advance advance -> {
                advance.to().ifPresent(phase -> fields.put("to", phase.name()));
                advance.ramp().ifPresent(ramp -> fields.put("rampHundredths", ramp.hundredths()));
                fields.put("force", advance.force());
            }
            case Command.Reconcile reconcile -> {
                fields.put("repair", reconcile.repair());
                fields.put("dryRun", reconcile.dryRun());
                fields.put("rate", reconcile.rate());
            }
            case Command.Backfill backfill -> {
                backfill.rate().ifPresent(rate -> fields.put("rate", rate));
                backfill.paused().ifPresent(paused -> fields.put("paused", paused));
            }
            case Command.Rehearse rehearse ->
                fields.put("rampHundredths", rehearse.cohort().hundredths());
            case Command.CancelJob cancel -> fields.put("job", cancel.job());
            case Command.RetryRecord retry ->
                fields.put("record", retry.record().value());
            case Command.Unpark unpark -> fields.put("entity", unpark.entity().value());
            case Command.Approve approve -> fields.put("approval", approve.approval());
            case Command.Apply apply -> fields.put("file", apply.file());
            case Command.Back back -> fields.put("force", back.force());
            case Command.Rollback rollback -> fields.put("force", rollback.force());
            case Command.Kill _, Command.Hold _, Command.ForgetDifferences _ -> {}
        }
        return MAPPER.writeValueAsString(fields);
    }

    /** The command a JSON text of {@link #write} stands for. */
    public static Command read(String json) {
        JsonNode node = MAPPER.readTree(json);
        String name = node.path("command").asString();
        return switch (name) {
            case "advance" ->
                new Command.Advance(
                        slice(node),
                        node.has("to")
                                ? Optional.of(Phase.valueOf(node.path("to").asString()))
                                : Optional.empty(),
                        node.has("rampHundredths") ? Optional.of(ramp(node)) : Optional.empty(),
                        node.path("force").asBoolean());
            case "back" -> new Command.Back(slice(node), node.path("force").asBoolean());
            case "rollback" ->
                new Command.Rollback(slice(node), node.path("force").asBoolean());
            case "kill" -> new Command.Kill();
            case "backfill" ->
                new Command.Backfill(
                        slice(node),
                        node.has("rate") ? Optional.of(node.path("rate").asLong()) : Optional.empty(),
                        node.has("paused") ? Optional.of(node.path("paused").asBoolean()) : Optional.empty());
            case "reconcile" ->
                new Command.Reconcile(
                        slice(node),
                        node.path("repair").asBoolean(),
                        node.path("dryRun").asBoolean(),
                        node.path("rate").asLong(0));
            case "rehearse" -> new Command.Rehearse(slice(node), ramp(node));
            case "hold" -> new Command.Hold(slice(node), true);
            case "resume" -> new Command.Hold(slice(node), false);
            case "cancel-job" -> new Command.CancelJob(node.path("job").asString());
            case "retry-record" ->
                new Command.RetryRecord(new RecordId(node.path("record").asString()));
            case "unpark" ->
                new Command.Unpark(
                        slice(node), new EntityKey(node.path("entity").asString()));
            case "approve" -> new Command.Approve(node.path("approval").asString(), true);
            case "refuse" -> new Command.Approve(node.path("approval").asString(), false);
            case "forget-differences" -> new Command.ForgetDifferences(slice(node));
            case "apply" -> new Command.Apply(node.path("file").asString());
            default -> throw new IllegalArgumentException("unknown command \"" + name + "\" in a stored request");
        };
    }

    private static SliceName slice(JsonNode node) {
        return new SliceName(node.path("slice").asString());
    }

    private static Ramp ramp(JsonNode node) {
        return new Ramp(node.path("rampHundredths").asInt());
    }
}
