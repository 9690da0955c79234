package dev.bailey.control.completion;

import dev.bailey.control.state.Divergences;
import dev.bailey.control.state.Divergences.State;
import dev.bailey.control.state.History;
import dev.bailey.control.state.JobLog;
import dev.bailey.control.state.Rehearsals;
import dev.bailey.control.state.SliceRecords;
import dev.bailey.control.state.Transition;
import dev.bailey.model.phase.GateReading;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.spec.MigrationSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes the removal certificate: the same content always gives the same checksum. Thread-safe. */
public final class Certificates {

    private static final int HISTORY = 10_000;
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final SliceRecords records;
    private final History history;
    private final JobLog jobs;
    private final Divergences divergences;
    private final Rehearsals rehearsals;

    public Certificates(
            SliceRecords records, History history, JobLog jobs, Divergences divergences, Rehearsals rehearsals) {
        this.records = records;
        this.history = history;
        this.jobs = jobs;
        this.divergences = divergences;
        this.rehearsals = rehearsals;
    }

    /** The certificate; empty while a slice of the migration is not retired. */
    public Optional<Certificate> issue(MigrationSpec spec) {
        boolean over = spec.slices().stream()
                .allMatch(slice -> records.standing(slice.name()).state().phase() == Phase.RETIRED);
        if (!over) {
            return Optional.empty();
        }
        Map<String, List<Transition>> crossings = new LinkedHashMap<>();
        spec.slices().forEach(slice -> crossings.put(slice.name().value(), history.of(slice.name(), HISTORY)));
        Instant ended = crossings.values().stream()
                .flatMap(List::stream)
                .map(Transition::at)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);

        Map<String, Object> content = new LinkedHashMap<>();
        content.put("certificate", "removal of legacy");
        content.put("migration", spec.migration());
        content.put("owner", spec.owner());
        content.put("finishBy", spec.finishBy().toString());
        content.put("completed", ended.toString());
        content.put("legacy", spec.legacy().url().toString());
        content.put("modern", spec.modern().url().toString());
        content.put(
                "slices",
                crossings.entrySet().stream()
                        .map(crossing -> slice(crossing.getKey(), crossing.getValue()))
                        .toList());
        String json = MAPPER.writeValueAsString(content);
        String sha256 = sha256(json);
        return Optional.of(new Certificate(json, text(spec, ended, crossings, sha256), sha256));
    }

    private Map<String, Object> slice(String name, List<Transition> transitions) {
        SliceName slice = new SliceName(name);
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("slice", name);
        content.put("counts", counts(slice, transitions));
        content.put(
                "transitions",
                transitions.stream().map(Certificates::transition).toList());
        return content;
    }

    private Map<String, Object> counts(SliceName slice, List<Transition> transitions) {
        List<JobLog.Entry> reconciles = jobs.of(slice, JobLog.Kind.RECONCILE);
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put(
                "transitions",
                transitions.stream().filter(Transition::committed).count());
        counts.put(
                "aborted",
                transitions.stream().filter(step -> !step.committed()).count());
        counts.put("forced", transitions.stream().filter(Transition::forced).count());
        counts.put(
                "back",
                transitions.stream()
                        .filter(step -> step.committed()
                                && step.to().phase().isBefore(step.from().phase()))
                        .count());
        counts.put("rehearsals", rehearsals.of(slice, HISTORY).size());
        counts.put("backfills", jobs.of(slice, JobLog.Kind.BACKFILL).size());
        counts.put("reconciles", reconciles.size());
        counts.put("divergencesOpen", divergences.count(slice, State.OPEN));
        counts.put("divergencesRepaired", divergences.count(slice, State.REPAIRED));
        counts.put("divergencesGone", divergences.count(slice, State.GONE));
        return counts;
    }

    private static Map<String, Object> transition(Transition transition) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("at", transition.at().toString());
        content.put("actor", transition.actor());
        content.put("reason", transition.reason());
        content.put("command", transition.command());
        content.put("from", place(transition.from()));
        content.put("to", place(transition.to()));
        content.put("epoch", transition.to().epoch().value());
        content.put("committed", transition.committed());
        content.put("forced", transition.forced());
        transition.approval().ifPresent(approval -> content.put("approval", approval));
        content.put("numbers", new TreeMap<>(transition.numbers()));
        content.put("detail", transition.detail());
        content.put("gates", transition.gates().stream().map(Certificates::gate).toList());
        return content;
    }

    private static Map<String, Object> gate(GateReading reading) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("gate", reading.gate().label());
        content.put("verdict", reading.verdict().label());
        content.put("query", reading.query());
        reading.value().ifPresent(value -> content.put("value", value));
        content.put("threshold", reading.threshold());
        content.put("samples", reading.samples());
        content.put("from", reading.from().toString());
        content.put("to", reading.to().toString());
        content.put("message", reading.message());
        return content;
    }

    private static String place(SliceState state) {
        List<String> words = new ArrayList<>();
        words.add(state.phase().name());
        state.cohorts().stream().sorted().forEach(words::add);
        if (state.ramp().hundredths() > 0) {
            words.add(state.ramp().toString());
        }
        return String.join(" ", words);
    }

    private static String text(
            MigrationSpec spec, Instant ended, Map<String, List<Transition>> crossings, String sha256) {
        StringBuilder text = new StringBuilder();
        text.append("REMOVAL CERTIFICATE\n\n");
        text.append("Migration ").append(spec.migration()).append(" of ").append(spec.owner());
        text.append(" is over since ").append(ended).append(".\n");
        text.append("Nothing is served by ").append(spec.legacy().url()).append(" any more; it can be deleted.\n");
        crossings.forEach((slice, transitions) -> {
            text.append("\nSlice ").append(slice).append('\n');
            for (Transition step : transitions) {
                text.append("  ")
                        .append(step.at())
                        .append("  ")
                        .append(place(step.from()))
                        .append(" -> ");
                text.append(step.committed() ? place(step.to()) : "aborted")
                        .append("  by ")
                        .append(step.actor());
                text.append(": ").append(step.reason());
                text.append(step.forced() ? " (forced)" : "");
                text.append(step.approval().map(id -> " (approval " + id + ")").orElse(""));
                text.append('\n');
            }
        });
        return text.append("\nSHA-256 of the JSON form: ")
                .append(sha256)
                .append('\n')
                .toString();
    }

    private static String sha256(String json) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
