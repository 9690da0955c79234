package dev.bailey.journal.sqlite;

import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.journal.KeptKeys.Fate;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Keys;
import dev.bailey.journal.sqlite.Image.Stored;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The kept keys of an image in memory: what {@link KeyTable} does in SQLite. */
record MemoryKeys(Image image) implements Keys {

    record Name(SliceName slice, String consumer, String key) implements Comparable<Name> {
        private static final Comparator<Name> ORDER = Comparator.comparing((Name name) -> name.slice.value())
                .thenComparing(Name::consumer)
                .thenComparing(Name::key);

        @Override
        public int compareTo(Name other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * @param isSent without a record of its own
     * @param behind the sequence of the newest record before the claim
     */
    record Kept(String claim, byte[] fingerprint, Fate fate, boolean isSent, long behind, long expires) {

        boolean isUnderWay() {
            return fate instanceof Fate.UnderWay;
        }

        boolean isExpired(long now) {
            return expires <= now && !isUnderWay();
        }

        Kept come(Fate to) {
            return new Kept(claim, fingerprint, to, isSent, behind, expires);
        }
    }

    /** What an earlier life left under way. */
    void recover() {
        recover(_ -> true);
    }

    void recover(Predicate<Name> left) {
        for (Map.Entry<Name, Kept> entry : List.copyOf(image.keys.entrySet())) {
            Kept kept = entry.getValue();
            if (!kept.isUnderWay() || !left.test(entry.getKey())) {
                continue;
            }
            Optional<RecordId> record = kept.isSent ? Optional.empty() : record(entry.getKey(), kept);
            if (kept.isSent || record.isPresent()) {
                image.keys.put(entry.getKey(), kept.come(new Fate.Unknown(record)));
            } else {
                image.keys.remove(entry.getKey());
            }
        }
    }

    private Optional<RecordId> record(Name name, Kept kept) {
        return image.records.tailMap(kept.behind, false).descendingMap().values().stream()
                .filter(stored -> stored.intent().slice().equals(name.slice)
                        && stored.intent().idempotencyKey().equals(kept.claim)
                        && stored.state() != RecordState.REJECTED)
                .map(Stored::intent)
                .map(intent -> intent.id())
                .findFirst();
    }

    @Override
    public Claimed claim(Claim claim) {
        long now = Code.of(claim.at());
        image.keys.entrySet().stream()
                .filter(entry -> entry.getValue().isExpired(now))
                .sorted(Comparator.comparingLong(entry -> entry.getValue().expires))
                .limit(REMOVED_BY_A_CLAIM)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(image.keys::remove);
        Name name = new Name(claim.slice(), claim.consumer(), claim.key());
        Kept taken = image.keys.get(name);
        if (taken != null && !taken.isExpired(now)) {
            return new Claimed.Taken(taken.claim, taken.fingerprint, taken.fate);
        }
        image.keys.remove(name);
        long kept = image.keys.keySet().stream()
                .filter(other -> other.slice.equals(claim.slice()))
                .count();
        if (kept >= claim.most()) {
            return Keys.full(claim, kept);
        }
        image.keys.put(
                name,
                new Kept(
                        claim.id(),
                        claim.fingerprint(),
                        new Fate.UnderWay(),
                        false,
                        image.last,
                        Code.of(claim.expires())));
        return new Claimed.Fresh();
    }

    @Override
    public Changed sent(String claim) {
        return change(
                claim,
                kept -> kept.isSent
                        ? Optional.empty()
                        : Optional.of(
                                new Kept(kept.claim, kept.fingerprint, kept.fate, true, kept.behind, kept.expires)));
    }

    @Override
    public Changed unknown(String claim, Optional<RecordId> record) {
        return change(claim, kept -> Optional.of(kept.come(new Fate.Unknown(record))));
    }

    @Override
    public Changed answered(String claim, Optional<RecordId> record, Answer answer) {
        if (record.flatMap(image::find)
                .filter(stored -> stored.state() == RecordState.INTENT)
                .isPresent()) {
            return Keys.tooEarly(record.get());
        }
        return change(claim, kept -> Optional.of(kept.come(new Fate.Answered(answer))));
    }

    @Override
    public Changed released(String claim) {
        Optional<Name> name = underWay(claim);
        name.ifPresent(image.keys::remove);
        return name.isPresent() ? new Changed.Done(1) : Keys.notUnderWay(claim);
    }

    private Changed change(String claim, Function<Kept, Optional<Kept>> change) {
        Optional<Name> name = underWay(claim);
        Optional<Kept> next = name.map(image.keys::get).flatMap(change);
        if (next.isEmpty()) {
            return Keys.notUnderWay(claim);
        }
        image.keys.put(name.get(), next.get());
        return new Changed.Done(1);
    }

    private Optional<Name> underWay(String claim) {
        return image.keys.entrySet().stream()
                .filter(entry ->
                        entry.getValue().claim.equals(claim) && entry.getValue().isUnderWay())
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
