package dev.bailey.journal.group;

import dev.bailey.journal.JournalStats;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordState;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** The figures of every slice, kept in memory; the writer moves records between places after each commit. Thread-safe. */
public final class Figures {

    private volatile Map<SliceName, OfSlice> slices = new ConcurrentHashMap<>();

    /** Where a record stands for the figures. */
    public enum Place {
        /** Not there before, or gone. */
        NOWHERE,
        /** Intent, or applied with a follower. */
        UNDELIVERED,
        /** Undelivered, and its fate is not known. */
        UNKNOWN,
        PARKED,
        GAP,
        FINAL;

        /** Where a record in a state stands. */
        public static Place of(RecordState state, boolean hasFollower) {
            return switch (state) {
                case INTENT -> UNDELIVERED;
                case UNKNOWN -> UNKNOWN;
                case APPLIED -> hasFollower ? UNDELIVERED : GAP;
                case PARKED -> PARKED;
                case REJECTED, DELIVERED -> FINAL;
            };
        }

        boolean isUndelivered() {
            return this == UNDELIVERED || this == UNKNOWN;
        }
    }

    /** One record's move from one place to another. */
    public record Move(SliceName slice, long sequence, long at, Place from, Place to) {}

    /** Takes over what was counted anew. */
    public void become(Figures counted) {
        slices = counted.slices;
    }

    /** Counts records that were appended once. */
    public void appended(SliceName slice, long total) {
        of(slice).appended(total);
    }

    public void move(Move move) {
        of(move.slice()).move(move);
    }

    public void gap(SliceName slice, long records) {
        of(slice).gap(records);
    }

    int undelivered(SliceName slice) {
        OfSlice known = slices.get(slice);
        return known == null ? 0 : known.undelivered();
    }

    public JournalStats stats(SliceName slice) {
        OfSlice known = slices.get(slice);
        return known == null ? new JournalStats(0, 0, 0, 0, 0, Optional.empty()) : known.stats();
    }

    private OfSlice of(SliceName slice) {
        return slices.computeIfAbsent(slice, name -> new OfSlice());
    }

    private static final class OfSlice {

        private final Undelivered undelivered = new Undelivered();

        private long appended;
        private long unknown;
        private long parked;
        private long gap;

        synchronized void appended(long total) {
            appended += total;
        }

        synchronized void gap(long records) {
            gap += records;
        }

        synchronized void move(Move move) {
            count(move.from(), -1);
            count(move.to(), 1);
            if (move.to().isUndelivered()) {
                undelivered.put(move.sequence(), move.at());
            } else {
                undelivered.remove(move.sequence());
            }
        }

        private void count(Place place, int by) {
            switch (place) {
                case UNKNOWN -> unknown += by;
                case PARKED -> parked += by;
                case GAP -> gap += by;
                case NOWHERE, UNDELIVERED, FINAL -> {}
            }
        }

        synchronized int undelivered() {
            return undelivered.size();
        }

        synchronized JournalStats stats() {
            OptionalLong oldest = undelivered.firstMoment();
            return new JournalStats(
                    appended,
                    undelivered.size(),
                    Math.max(0, unknown),
                    Math.max(0, parked),
                    Math.max(0, gap),
                    oldest.isPresent() ? Optional.of(Code.instant(oldest.getAsLong())) : Optional.empty());
        }
    }
}
