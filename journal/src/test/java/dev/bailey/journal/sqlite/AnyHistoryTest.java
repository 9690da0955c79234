package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.NOON;
import static dev.bailey.journal.group.Given.ORDERS;
import static dev.bailey.journal.group.Given.USERS;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.key;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drawn histories, with starts anew, compactions and long-lived records among them, against what must be there. */
class AnyHistoryTest {

    private static final int STEPS = 700;

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final TreeMap<Long, Expected> expected = new TreeMap<>();
    private final Map<SliceName, Long> appended = new TreeMap<>();

    private record Expected(
            WriteIntent intent,
            RecordState state,
            Optional<EntityKey> entity,
            int attempts,
            Instant changed,
            Optional<Outcome.Applied> answer) {

        Expected in(RecordState next, Instant at) {
            return new Expected(intent, next, entity, attempts, at, answer);
        }

        boolean isGap() {
            return state == RecordState.APPLIED && intent.follower().isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void isKept(int seed) {
        Random random = new Random(seed);
        Tail tail = new Tail(
                1 + random.nextInt(60),
                1 << 20,
                new Tail.Step(1 + random.nextInt(30), 1 << 20, 1 + random.nextInt(30)));
        GroupJournal journal = open(tail);
        int number = 0;
        for (int step = 0; step < STEPS; step++) {
            now.updateAndGet(at -> at.plusMillis(random.nextInt(20)));
            int draw = random.nextInt(1_000);
            if (draw < 350) {
                append(journal, random, number++);
            } else if (draw < 985) {
                change(journal, random);
            } else if (draw < 993) {
                compact(journal, now.get().minusMillis(random.nextInt(3_000)));
            } else {
                journal.close();
                journal = open(tail);
                check(journal);
            }
        }
        check(journal);
        journal.close();
        journal = open(tail);
        check(journal);
        journal.close();
    }

    private GroupJournal open(Tail tail) {
        SqliteJournalSettings settings = SqliteJournalSettings.defaults();
        return GroupJournal.open(
                SqliteEngine.open(folder.resolve("journal.db"), settings, tail), settings.bounds(), now::get);
    }

    private void append(GroupJournal journal, Random random, int number) {
        SliceName slice = random.nextInt(4) == 0 ? USERS : ORDERS;
        Optional<EntityKey> entity =
                random.nextInt(5) == 0 ? Optional.empty() : Optional.of(key("e" + random.nextInt(40)));
        Optional<Side> follower = random.nextInt(4) == 0 ? Optional.empty() : Optional.of(Side.MODERN);
        String id = (random.nextInt(3) == 0 ? "a" : "b") + number;
        WriteIntent intent = write(slice, id, entity, follower, now.get(), random.nextInt(300));
        if (!(answer(journal.append(intent)) instanceof Appended.Durable(long sequence))) {
            throw new AssertionError("not appended");
        }
        expected.put(sequence, new Expected(intent, RecordState.INTENT, entity, 0, now.get(), Optional.empty()));
        appended.merge(slice, 1L, Long::sum);
    }

    /** A change of one of the records, seldom of one of the oldest. */
    private void change(GroupJournal journal, Random random) {
        List<Map.Entry<Long, Expected>> open = expected.entrySet().stream()
                .filter(entry ->
                        !entry.getValue().state.isFinal() && !entry.getValue().isGap())
                .toList();
        if (open.isEmpty()) {
            return;
        }
        Map.Entry<Long, Expected> drawn = random.nextInt(8) == 0
                ? open.get(random.nextInt(open.size()))
                : open.get(Math.max(0, open.size() - 1 - random.nextInt(20)));
        Expected record = drawn.getValue();
        Instant at = now.get();
        if (random.nextInt(10) == 0) {
            assertThat(answer(journal.attempted(record.intent.id(), "refused", at)))
                    .isEqualTo(new Changed.Done(1));
            expected.put(
                    drawn.getKey(),
                    new Expected(record.intent, record.state, record.entity, record.attempts + 1, at, record.answer));
            return;
        }
        List<RecordState> states = List.copyOf(record.state.next());
        RecordState to = states.get(random.nextInt(states.size()));
        if (record.state == RecordState.PARKED && to == RecordState.APPLIED) {
            record.entity.ifPresent(entity -> unpark(journal, record.intent.slice(), entity, at));
        } else {
            expected.put(drawn.getKey(), enter(journal, random, record, to, at));
        }
    }

    private void unpark(GroupJournal journal, SliceName slice, EntityKey entity, Instant at) {
        int count = 0;
        for (Map.Entry<Long, Expected> other : expected.entrySet()) {
            Expected there = other.getValue();
            if (there.state == RecordState.PARKED
                    && there.intent.slice().equals(slice)
                    && there.entity.equals(Optional.of(entity))) {
                other.setValue(there.in(RecordState.APPLIED, at));
                count++;
            }
        }
        assertThat(answer(journal.unparked(slice, entity))).isEqualTo(new Changed.Done(count));
    }

    private static Expected enter(GroupJournal journal, Random random, Expected record, RecordState to, Instant at) {
        RecordId id = record.intent.id();
        Outcome.Applied applied = new Outcome.Applied(
                201,
                record.entity.or(() -> Optional.of(key("minted-" + id))),
                List.of(new Header("ETag", "v" + id)),
                new byte[random.nextInt(50)]);
        Changed changed = switch (to) {
            case APPLIED -> answer(journal.outcome(id, applied));
            case REJECTED -> answer(journal.outcome(id, new Outcome.Rejected(409)));
            case UNKNOWN -> answer(journal.outcome(id, new Outcome.Unknown("timeout")));
            case DELIVERED -> answer(journal.delivered(List.of(id), "replay"));
            case PARKED -> answer(journal.parked(id, "refused"));
            case INTENT -> throw new AssertionError();
        };
        assertThat(changed).isEqualTo(new Changed.Done(1));
        return to == RecordState.APPLIED
                ? new Expected(record.intent, to, applied.entity(), record.attempts, at, Optional.of(applied))
                : record.in(to, at);
    }

    private void compact(GroupJournal journal, Instant before) {
        List<Long> gone = expected.entrySet().stream()
                .filter(entry -> entry.getValue().changed.isBefore(before))
                .filter(entry -> entry.getValue().state.isFinal() || hasNewerGap(entry.getKey(), entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(journal.compact(before)).isEqualTo(gone.size());
        gone.forEach(expected::remove);
    }

    private boolean hasNewerGap(long sequence, Expected record) {
        return record.isGap()
                && record.entity.isPresent()
                && expected.tailMap(sequence, false).values().stream()
                        .anyMatch(other -> other.isGap()
                                && other.intent.slice().equals(record.intent.slice())
                                && other.entity.equals(record.entity));
    }

    private void check(GroupJournal journal) {
        List<Long> undelivered = new ArrayList<>();
        journal.replayUndelivered(head -> undelivered.add(head.sequence()));
        assertThat(undelivered)
                .isEqualTo(expected.entrySet().stream()
                        .filter(entry -> !entry.getValue().state.isFinal()
                                && !entry.getValue().isGap())
                        .map(Map.Entry::getKey)
                        .toList());
        assertThat(journal.list(
                        new JournalQuery(Optional.empty(), Set.of(), Optional.empty(), Optional.empty(), 1_000)))
                .extracting(JournalRecord.Head::sequence)
                .isEqualTo(List.copyOf(expected.descendingKeySet()).stream()
                        .limit(1_000)
                        .toList());
        expected.forEach((sequence, record) -> {
            JournalRecord found = journal.find(record.intent.id()).orElseThrow();
            assertThat(found.head().sequence()).isEqualTo(sequence);
            assertThat(found.head().state()).as("state of %d", sequence).isEqualTo(record.state);
            assertThat(found.head().attempts()).isEqualTo(record.attempts);
            assertThat(found.head().changed()).isEqualTo(record.changed);
            assertThat(found.head().entity()).isEqualTo(record.entity);
            assertThat(found.intent()).usingRecursiveComparison().isEqualTo(record.intent);
            assertThat(found.applied()).usingRecursiveComparison().isEqualTo(record.answer);
        });
        for (SliceName slice : List.of(ORDERS, USERS)) {
            assertThat(journal.stats(slice).appended()).isEqualTo(appended.getOrDefault(slice, 0L));
            assertThat(journal.stats(slice).gap())
                    .isEqualTo(expected.values().stream()
                            .filter(record ->
                                    record.isGap() && record.intent.slice().equals(slice))
                            .count());
            assertThat(journal.stats(slice).parked())
                    .isEqualTo(expected.values().stream()
                            .filter(record -> record.state == RecordState.PARKED
                                    && record.intent.slice().equals(slice))
                            .count());
            assertThat(journal.gap(slice, Optional.empty(), 1_000))
                    .isEqualTo(expected.values().stream()
                            .filter(record ->
                                    record.isGap() && record.intent.slice().equals(slice))
                            .flatMap(record -> record.entity.stream())
                            .distinct()
                            .sorted()
                            .toList());
        }
    }
}
