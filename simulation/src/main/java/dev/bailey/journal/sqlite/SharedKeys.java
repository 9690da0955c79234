package dev.bailey.journal.sqlite;

import dev.bailey.journal.Journal.Changed;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.journal.KeptKeys.Claim;
import dev.bailey.journal.KeptKeys.Claimed;
import dev.bailey.journal.KeptKeys.Fate;
import dev.bailey.journal.group.Code;
import dev.bailey.journal.group.Keys;
import dev.bailey.journal.group.Mention;
import dev.bailey.journal.group.Row;
import dev.bailey.journal.sqlite.MemoryKeys.Kept;
import dev.bailey.journal.sqlite.MemoryKeys.Name;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The kept keys of the shared tables as one writer changes them, in the place of PostgreSQL's: what its transaction mentions is
 * looked at when it begins, and what it changed takes effect with its commit, which finds a name taken that another has taken since.
 */
final class SharedKeys implements Keys {

    private final SharedJournals journals;
    private final String node;
    private final Function<RecordId, Optional<Row>> records;
    private final TreeMap<Name, Kept> seen = new TreeMap<>();
    private final List<Name> expired = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private final TreeMap<Name, Kept> made = new TreeMap<>();
    private final Map<String, UnaryOperator<Kept>> changed = new HashMap<>();
    private final List<String> dead = new ArrayList<>();

    /** @param records as the transaction sees them */
    SharedKeys(SharedJournals journals, String node, Function<RecordId, Optional<Row>> records) {
        this.journals = journals;
        this.node = node;
        this.records = records;
    }

    void forget() {
        seen.clear();
        expired.clear();
        removed.clear();
        made.clear();
        changed.clear();
        dead.clear();
    }

    /** What a transaction mentions, as it is committed now. */
    void look(List<Mention> ahead) {
        for (Mention mention : ahead) {
            switch (mention) {
                case Mention.WantedKey(Claim claim) -> {
                    Name name = name(claim);
                    Optional.ofNullable(committed().get(name)).ifPresent(kept -> seen.put(name, kept));
                    removable(Code.of(claim.at()));
                }
                case Mention.KnownClaim(String claim, var _) ->
                    committed().forEach((name, kept) -> {
                        if (kept.claim().equals(claim)) {
                            seen.put(name, kept);
                        }
                    });
                default -> {}
            }
        }
    }

    /** Its own first, so that several do not all remove the same. */
    private void removable(long now) {
        removable(now, journals::isKeyOf);
        removable(now, (name, owner) -> !journals.isKeyOf(name, owner));
    }

    private void removable(long now, BiPredicate<Name, String> whose) {
        committed().forEach((name, kept) -> {
            if (kept.isExpired(now) && whose.test(name, node) && !expired.contains(name)) {
                seen.put(name, kept);
                expired.add(name);
            }
        });
    }

    private Map<Name, Kept> committed() {
        return journals.image().keys;
    }

    private static Name name(Claim claim) {
        return new Name(claim.slice(), claim.consumer(), claim.key());
    }

    @Override
    public Claimed claim(Claim claim) {
        long now = Code.of(claim.at());
        expired.stream()
                .filter(seen::containsKey)
                .limit(REMOVED_BY_A_CLAIM)
                .toList()
                .forEach(this::remove);
        Name name = name(claim);
        Kept taken = seen.get(name);
        if (taken != null && !taken.isExpired(now)) {
            return new Claimed.Taken(taken.claim(), taken.fingerprint(), taken.fate());
        }
        if (taken != null) {
            remove(name);
        }
        long kept = of(committed(), claim.slice()) + of(made, claim.slice()) - removed.size();
        if (kept >= claim.most()) {
            return Keys.full(claim, kept);
        }
        Kept fresh = new Kept(
                claim.id(), claim.fingerprint(), new Fate.UnderWay(), false, journals.draw(), Code.of(claim.expires()));
        seen.put(name, fresh);
        made.put(name, fresh);
        return new Claimed.Fresh();
    }

    private static long of(Map<Name, Kept> keys, SliceName slice) {
        return keys.keySet().stream().filter(name -> name.slice().equals(slice)).count();
    }

    private void remove(Name name) {
        Kept gone = seen.remove(name);
        expired.remove(name);
        if (gone != null && made.remove(name) == null) {
            removed.add(gone.claim());
        }
    }

    @Override
    public Changed sent(String claim) {
        return change(
                claim,
                kept -> new Kept(kept.claim(), kept.fingerprint(), kept.fate(), true, kept.behind(), kept.expires()));
    }

    @Override
    public Changed unknown(String claim, Optional<RecordId> record) {
        return change(claim, kept -> kept.come(new Fate.Unknown(record)));
    }

    @Override
    public Changed answered(String claim, Optional<RecordId> record, Answer answer) {
        if (record.flatMap(records)
                .filter(row -> row.state() == RecordState.INTENT)
                .isPresent()) {
            return Keys.tooEarly(record.get());
        }
        return change(claim, kept -> kept.come(new Fate.Answered(answer)));
    }

    @Override
    public Changed released(String claim) {
        Optional<Name> name = underWay(claim);
        name.ifPresent(this::remove);
        return name.isPresent() ? new Changed.Done(1) : Keys.notUnderWay(claim);
    }

    private Changed change(String claim, UnaryOperator<Kept> change) {
        Optional<Name> found = underWay(claim);
        if (found.isEmpty()) {
            return Keys.notUnderWay(claim);
        }
        Name name = found.get();
        seen.computeIfPresent(name, (_, kept) -> change.apply(kept));
        if (made.computeIfPresent(name, (_, kept) -> change.apply(kept)) == null) {
            changed.merge(claim, change, (first, then) -> kept -> then.apply(first.apply(kept)));
        }
        return new Changed.Done(1);
    }

    private Optional<Name> underWay(String claim) {
        return seen.entrySet().stream()
                .filter(entry -> entry.getValue().claim().equals(claim)
                        && entry.getValue().isUnderWay())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The keys of those who write no more become this node's. */
    void takeOver(List<String> owners) {
        dead.addAll(owners);
    }

    /** What this transaction does, to be done with its commit. */
    Done done() {
        return new Done(node, List.copyOf(removed), new TreeMap<>(made), Map.copyOf(changed), List.copyOf(dead));
    }

    record Done(
            String node,
            List<String> removed,
            TreeMap<Name, Kept> made,
            Map<String, UnaryOperator<Kept>> changed,
            List<String> dead) {

        /** Whether somebody has taken a name that is made here. */
        boolean isRaced(Image image) {
            return made.keySet().stream()
                    .map(image.keys::get)
                    .anyMatch(other -> other != null && !removed.contains(other.claim()));
        }

        void to(Image image, Map<Name, String> owners) {
            if (!dead.isEmpty()) {
                new MemoryKeys(image).recover(name -> dead.contains(owners.get(name)));
                owners.replaceAll((_, owner) -> dead.contains(owner) ? node : owner);
            }
            image.keys.values().removeIf(kept -> removed.contains(kept.claim()));
            image.keys.replaceAll((_, kept) ->
                    changed.getOrDefault(kept.claim(), UnaryOperator.identity()).apply(kept));
            made.forEach((name, kept) -> {
                image.keys.put(name, kept);
                owners.put(name, node);
            });
            owners.keySet().retainAll(image.keys.keySet());
        }
    }
}
