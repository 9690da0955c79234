package dev.bailey.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds what clients were told against what two stores hold at the end, without knowing anything of how the writes were
 * carried. Every written value must be unlike every other, so that a value found names its write. Thread-safe.
 *
 * <p>A write may be the last of its entity unless an acknowledged write of the same entity began after it had ended; one
 * whose fate is unknown never ends, so it may land at any time, or never. Where a store holds a value that may not be
 * the last, the acknowledged writes that began after it had ended are lost. Writes that others overwrote leave no trace:
 * the counts are lower bounds, and zero means that nothing visible is wrong.
 */
public final class HistoryChecker {

    private static final long NEVER = Long.MAX_VALUE;
    private static final int FINDINGS_KEPT = 50;

    private final List<Write> writes = new ArrayList<>();
    private final Map<String, Write> byValue = new HashMap<>();
    private final Set<String> operations = new HashSet<>();
    private final Map<String, Integer> applications = new HashMap<>();
    private long tick;

    /** What the client was told. */
    private enum Told {
        ACKNOWLEDGED,
        REJECTED,
        UNKNOWN
    }

    /** One write from the moment its client sent it; must be told one end, or stays unknown. */
    public final class Write {

        private final String operation;
        private final Optional<String> value;
        private final long began;
        private Optional<String> entity;
        private long ended = NEVER;
        private Told told = Told.UNKNOWN;

        private Write(String operation, Optional<String> entity, Optional<String> value, long began) {
            this.operation = operation;
            this.entity = entity;
            this.value = value;
            this.began = began;
        }

        public void acknowledged() {
            end(Told.ACKNOWLEDGED, entity);
        }

        /** Acknowledged, with the key that the authority minted. */
        public void acknowledged(String mintedEntity) {
            end(Told.ACKNOWLEDGED, Optional.of(mintedEntity));
        }

        public void rejected() {
            end(Told.REJECTED, entity);
        }

        /** The client cannot tell: timeout, cut connection, 5xx. */
        public void unknown() {
            end(Told.UNKNOWN, entity);
        }

        private void end(Told end, Optional<String> of) {
            synchronized (HistoryChecker.this) {
                told = end;
                entity = of;
                ended = end == Told.UNKNOWN ? NEVER : ++tick;
            }
        }

        private boolean isAcknowledged() {
            return told == Told.ACKNOWLEDGED;
        }

        @Override
        public String toString() {
            return operation + " of " + entity.orElse("?") + " (" + told + ")";
        }
    }

    /**
     * What came out.
     *
     * @param lost acknowledged writes that the authority's final state ought to show, or a later one instead, and does not
     * @param doubled writes that took effect more than once
     * @param diverged entities that the two stores hold differently
     * @param unknownLanded writes of unknown fate that are there
     * @param rejectedLanded writes refused to their client that are there all the same
     * @param foreign documents whose value nobody wrote
     * @param findings each of these in words, the first {@value #FINDINGS_KEPT}
     */
    public record Report(
            int acknowledged,
            int lost,
            int doubled,
            int diverged,
            int unknownLanded,
            int rejectedLanded,
            int foreign,
            List<String> findings) {

        public Report {
            findings = List.copyOf(findings);
        }

        /** Whether nothing was lost, doubled, diverged, landed against its refusal, or came from nowhere. */
        public boolean isClean() {
            return lost + doubled + diverged + rejectedLanded + foreign == 0;
        }
    }

    /** A document that was there before the first write. */
    public synchronized void initial(String entity, String value) {
        Write write = begin("initial " + entity, Optional.of(entity), Optional.of(value));
        write.acknowledged();
    }

    /** A client sends a write of an entity. */
    public synchronized Write put(String operation, String entity, String value) {
        return begin(operation, Optional.of(entity), Optional.of(value));
    }

    /** A client sends a write whose entity's key the authority will mint. */
    public synchronized Write create(String operation, String value) {
        return begin(operation, Optional.empty(), Optional.of(value));
    }

    /** A client sends a deletion. */
    public synchronized Write delete(String operation, String entity) {
        return begin(operation, Optional.of(entity), Optional.empty());
    }

    private Write begin(String operation, Optional<String> entity, Optional<String> value) {
        Write write = new Write(operation, entity, value, ++tick);
        if (!operations.add(operation)) {
            throw new IllegalArgumentException("operation " + operation + " began twice (expected unlike ids)");
        }
        if (value.isPresent() && byValue.putIfAbsent(value.get(), write) != null) {
            throw new IllegalArgumentException(
                    "value of " + operation + " was written before (expected unlike values)");
        }
        writes.add(write);
        return write;
    }

    /** How often a store applied operations, where it can tell; more than once is doubled. May be called for both stores. */
    public synchronized void applied(Map<String, Integer> timesByOperation) {
        timesByOperation.forEach((operation, times) -> applications.merge(operation, times, Math::max));
    }

    /** Checks the final states, value by entity; call it when no write is under way and all deliveries are done. */
    public synchronized Report check(Map<String, String> authority, Map<String, String> follower) {
        Findings findings = new Findings();
        Map<String, List<Write>> byEntity = new HashMap<>();
        for (Write write : writes) {
            write.entity.ifPresent(entity ->
                    byEntity.computeIfAbsent(entity, key -> new ArrayList<>()).add(write));
        }
        Set<String> entities = new TreeSet<>(byEntity.keySet());
        entities.addAll(authority.keySet());
        int lost = 0;
        int foreign = 0;
        for (String entity : entities) {
            String value = authority.get(entity);
            Write shown = value == null ? null : byValue.get(value);
            if (value != null && (shown == null || !shown.entity.orElse(entity).equals(entity))) {
                foreign += findings.add("entity " + entity + " holds a value that nobody wrote to it");
                continue;
            }
            List<Write> ofEntity = byEntity.getOrDefault(entity, List.of());
            long shownEnded = shown == null ? lastDeletion(ofEntity) : shown.ended;
            for (Write write : ofEntity) {
                if (write.isAcknowledged() && write.began > shownEnded) {
                    lost += findings.add(
                            "lost: " + write + "; the store shows " + (shown == null ? "nothing" : shown.toString()));
                }
            }
        }
        return new Report(
                (int) writes.stream().filter(Write::isAcknowledged).count(),
                lost,
                doubled(findings, List.of(authority, follower)),
                diverged(findings, authority, follower),
                landed(authority, Told.UNKNOWN).size(),
                landed(authority, Told.REJECTED).stream()
                        .mapToInt(write -> findings.add("refused, but there: " + write))
                        .sum(),
                foreign,
                findings.kept);
    }

    /** When the last deletion that may explain an absence ended; before everything when there is none. */
    private static long lastDeletion(List<Write> ofEntity) {
        return ofEntity.stream()
                .filter(write -> write.value.isEmpty() && write.told != Told.REJECTED)
                .mapToLong(write -> write.ended)
                .max()
                .orElse(0);
    }

    private List<Write> landed(Map<String, String> store, Told told) {
        return new HashSet<>(store.values())
                .stream()
                        .map(byValue::get)
                        .filter(Objects::nonNull)
                        .filter(write -> write.told == told)
                        .toList();
    }

    private int doubled(Findings findings, List<Map<String, String>> stores) {
        Set<String> doubled = new TreeSet<>();
        applications.forEach((operation, times) -> {
            if (times > 1) {
                doubled.add(operation);
            }
        });
        for (Map<String, String> store : stores) {
            Set<String> values = new HashSet<>();
            for (String value : store.values()) {
                Write write = byValue.get(value);
                if (!values.add(value) && write != null) {
                    doubled.add(write.operation);
                }
            }
        }
        doubled.forEach(operation -> findings.add("doubled: " + operation));
        return doubled.size();
    }

    private static int diverged(Findings findings, Map<String, String> authority, Map<String, String> follower) {
        Set<String> entities = new TreeSet<>(authority.keySet());
        entities.addAll(follower.keySet());
        int diverged = 0;
        for (String entity : entities) {
            if (!Objects.equals(authority.get(entity), follower.get(entity))) {
                diverged += findings.add("diverged: entity " + entity + " is "
                        + (authority.containsKey(entity) ? "there" : "absent") + " at the authority, "
                        + (follower.containsKey(entity) ? "there" : "absent") + " at the follower");
            }
        }
        return diverged;
    }

    private static final class Findings {
        private final List<String> kept = new ArrayList<>();

        int add(String finding) {
            if (kept.size() < FINDINGS_KEPT) {
                kept.add(finding);
            }
            return 1;
        }
    }
}
