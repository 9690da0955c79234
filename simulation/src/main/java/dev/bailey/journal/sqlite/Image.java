package dev.bailey.journal.sqlite;

import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Row;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import dev.bailey.model.write.WriteIntent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that a journal's tables hold at one moment. */
final class Image {

    final TreeMap<Long, Stored> records = new TreeMap<>();
    final TreeMap<Long, Fence> fences = new TreeMap<>();
    final Map<RecordId, Long> ids = new HashMap<>();
    final Map<SliceName, Long> appended = new HashMap<>();
    final TreeMap<MemoryKeys.Name, MemoryKeys.Kept> keys = new TreeMap<>();
    long last;

    record Fence(SliceName slice, long at) {}

    record Stored(
            long sequence,
            WriteIntent intent,
            Optional<EntityKey> entity,
            RecordState state,
            int attempts,
            String note,
            long changed,
            Optional<Outcome.Applied> answer) {

        Stored in(RecordState next, String why, long now) {
            return new Stored(sequence, intent, entity, next, attempts, why, now, answer);
        }

        boolean isGap() {
            return state == RecordState.APPLIED && intent.follower().isEmpty();
        }

        boolean isOpen() {
            return !state.isFinal();
        }

        Row row() {
            return new Row(
                    sequence,
                    intent.id(),
                    intent.slice(),
                    state,
                    intent.follower().isPresent(),
                    Code.of(intent.at()));
        }

        JournalRecord.Head head() {
            return new JournalRecord.Head(
                    sequence,
                    intent.id(),
                    intent.slice(),
                    entity,
                    intent.epoch().value(),
                    intent.authority(),
                    intent.follower(),
                    intent.method(),
                    intent.target(),
                    state,
                    intent.bodyKept(),
                    intent.clientKey(),
                    attempts,
                    note,
                    intent.at(),
                    Code.instant(changed));
        }

        JournalRecord whole() {
            return new JournalRecord(
                    head(),
                    intent,
                    answer.map(kept -> new Outcome.Applied(kept.status(), entity, kept.headers(), kept.body())));
        }

        boolean isWrittenSince(Instant moment) {
            return Code.of(intent.at()) >= Code.of(moment);
        }
    }

    Image copy() {
        Image copy = new Image();
        copy.records.putAll(records);
        copy.fences.putAll(fences);
        copy.ids.putAll(ids);
        copy.appended.putAll(appended);
        copy.keys.putAll(keys);
        copy.last = last;
        return copy;
    }

    Optional<Stored> find(RecordId id) {
        return Optional.ofNullable(ids.get(id)).map(records::get);
    }
}
