package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Figures;
import dev.bailey.journal.group.Questions;
import dev.bailey.journal.sqlite.Image.Stored;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What {@link StoreQuestions} ask of a file, asked of tables in memory. */
record MemoryQuestions(MemoryEngine engine) implements Questions {

    private Stream<Stored> stored() {
        return engine.image().records.values().stream();
    }

    private Stream<Stored> of(SliceName slice) {
        return stored().filter(stored -> stored.intent().slice().equals(slice));
    }

    @Override
    public void count(Figures figures) {
        engine.image().appended.forEach(figures::appended);
        stored().filter(Stored::isOpen).forEach(stored -> {
            if (stored.isGap()) {
                figures.gap(stored.intent().slice(), 1);
            } else {
                figures.move(new Figures.Move(
                        stored.intent().slice(),
                        stored.sequence(),
                        Code.of(stored.intent().at()),
                        Figures.Place.NOWHERE,
                        Figures.Place.of(stored.state(), true)));
            }
        });
    }

    @Override
    public void undelivered(Consumer<JournalRecord.Head> each) {
        List.copyOf(engine.image().records.values()).stream()
                .filter(stored -> stored.isOpen() && !stored.isGap())
                .map(Stored::head)
                .forEach(each);
    }

    @Override
    public Optional<JournalRecord> find(RecordId id) {
        return engine.image().find(id).map(Stored::whole);
    }

    @Override
    public List<JournalRecord.Head> list(JournalQuery query) {
        return stored().filter(stored -> query.slice().isEmpty()
                        || query.slice().get().equals(stored.intent().slice()))
                .filter(stored -> query.states().isEmpty() || query.states().contains(stored.state()))
                .filter(stored -> query.entity().isEmpty() || query.entity().equals(stored.entity()))
                .filter(stored -> query.before().isEmpty()
                        || stored.sequence() < query.before().get())
                .sorted(Comparator.comparingLong(Stored::sequence).reversed())
                .limit(query.limit())
                .map(Stored::head)
                .toList();
    }

    @Override
    public List<EntityKey> gap(SliceName slice, Optional<EntityKey> after, int limit) {
        return of(slice)
                .filter(Stored::isGap)
                .flatMap(stored -> stored.entity().stream())
                .filter(key -> after.isEmpty() || key.compareTo(after.get()) > 0)
                .distinct()
                .sorted()
                .limit(limit)
                .toList();
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return of(slice)
                .filter(stored -> stored.isWrittenSince(since) && stored.state() != RecordState.REJECTED)
                .sorted(Comparator.comparingLong(Stored::sequence).reversed())
                .flatMap(stored -> stored.entity().stream())
                .distinct()
                .limit(limit)
                .toList();
    }

    @Override
    public Removable removable(long after, long before, int limit) {
        List<Long> sequences = new ArrayList<>();
        long lastSeen = after;
        int seen = 0;
        boolean old = true;
        for (Stored row : engine.image().records.tailMap(after, false).values()) {
            if (!old || seen == limit) {
                break;
            }
            lastSeen = row.sequence();
            old = Code.of(row.intent().at()) < before;
            if (row.changed() < before && (row.state().isFinal() || (row.isGap() && hasNewer(row)))) {
                sequences.add(lastSeen);
            }
            seen++;
        }
        return new Removable(sequences, lastSeen, old && seen == limit);
    }

    private boolean hasNewer(Stored gap) {
        return gap.entity().isPresent()
                && of(gap.intent().slice())
                        .anyMatch(other -> other.isGap()
                                && other.entity().equals(gap.entity())
                                && other.sequence() > gap.sequence());
    }
}
