package dev.bailey.journal.sqlite;

import dev.bailey.journal.group.Keys;
import dev.bailey.journal.group.Mention;
import dev.bailey.journal.group.Row;
import dev.bailey.journal.group.Tables;
import dev.bailey.journal.sqlite.Image.Fence;
import dev.bailey.journal.sqlite.Image.Stored;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The journal's tables in memory: a transaction works on a copy, which a commit puts in the place of what was there. */
final class MemoryTables implements Tables {

    private final MemoryEngine engine;
    private @Nullable Image open;

    MemoryTables(MemoryEngine engine) {
        this.engine = engine;
    }

    private Image image() {
        Image image = open;
        if (image == null) {
            throw new IllegalStateException("no transaction is open");
        }
        return image;
    }

    @Override
    public void reserve(boolean open) {}

    @Override
    public void begin(List<Mention> ahead) {
        open = engine.image().copy();
    }

    @Override
    public void commit() {
        engine.become(image());
        open = null;
    }

    @Override
    public void rollback(Throwable cause) {
        open = null;
    }

    @Override
    public void probe() {
        begin(List.of());
        commit();
    }

    @Override
    public void upkeep() {}

    @Override
    public long insert(WriteIntent intent, long now) {
        Image image = image();
        if (image.find(intent.id()).isPresent()) {
            return 0;
        }
        long sequence = ++image.last;
        image.ids.put(intent.id(), sequence);
        image.records.put(
                sequence,
                new Stored(sequence, intent, intent.entity(), RecordState.INTENT, 0, "", now, Optional.empty()));
        image.appended.merge(intent.slice(), 1L, Long::sum);
        return sequence;
    }

    @Override
    public long insertFence(SliceName slice, long now) {
        Image image = image();
        image.fences.put(++image.last, new Fence(slice, now));
        return image.last;
    }

    @Override
    public Optional<Row> find(RecordId id) {
        return image().find(id).map(Stored::row);
    }

    @Override
    public List<Row> find(List<Long> sequences) {
        return sequences.stream()
                .map(image().records::get)
                .filter(Objects::nonNull)
                .map(Stored::row)
                .toList();
    }

    @Override
    public List<Row> parked(SliceName slice, EntityKey entity) {
        return rows(slice, entity, stored -> stored.state() == RecordState.PARKED);
    }

    @Override
    public List<Row> gap(SliceName slice, List<EntityKey> entities, long upToSequence) {
        return entities.stream()
                .flatMap(entity ->
                        rows(slice, entity, stored -> stored.isGap() && stored.sequence() <= upToSequence).stream())
                .toList();
    }

    private List<Row> rows(SliceName slice, EntityKey entity, Predicate<Stored> wanted) {
        return image().records.values().stream()
                .filter(stored ->
                        stored.intent().slice().equals(slice) && stored.entity().equals(Optional.of(entity)))
                .filter(wanted)
                .map(Stored::row)
                .toList();
    }

    @Override
    public void enter(Row row, RecordState next, String note, long now) {
        image().records.computeIfPresent(row.sequence(), (_, stored) -> stored.in(next, note, now));
    }

    @Override
    public void answered(Row row, Outcome.Applied applied) {
        image().records
                .computeIfPresent(
                        row.sequence(),
                        (_, stored) -> new Stored(
                                stored.sequence(),
                                stored.intent(),
                                applied.entity().or(stored::entity),
                                stored.state(),
                                stored.attempts(),
                                stored.note(),
                                stored.changed(),
                                Optional.of(applied)));
    }

    @Override
    public void attempted(Row row, String reason, long at) {
        image().records
                .computeIfPresent(
                        row.sequence(),
                        (_, stored) -> new Stored(
                                stored.sequence(),
                                stored.intent(),
                                stored.entity(),
                                stored.state(),
                                stored.attempts() + 1,
                                reason,
                                at,
                                stored.answer()));
    }

    @Override
    public void remove(List<Long> sequences) {
        for (long sequence : sequences) {
            Stored gone = image().records.remove(sequence);
            if (gone != null) {
                image().ids.remove(gone.intent().id());
            }
        }
    }

    @Override
    public void removeFences(long before) {
        image().fences.values().removeIf(fence -> fence.at() < before);
    }

    @Override
    public Keys keys() {
        return new MemoryKeys(image());
    }

    @Override
    public void close() {
        open = null;
    }
}
