package dev.bailey.simulation;

import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.JournalStats;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All that a journal was asked and has answered, against which its records are held. */
final class JournalTruth {

    private static final int LISTED = 1_000;

    private final JournalWorld world;
    private final List<KnownRecord> records = new ArrayList<>();
    private long lastSequence;

    JournalTruth(JournalWorld world) {
        this.world = world;
    }

    /** A record that is about to be asked for. */
    KnownRecord next(byte[] body) {
        KnownRecord record = new KnownRecord(new RecordId("r" + records.size()), body);
        records.add(record);
        return record;
    }

    /** How many records were ever asked for. */
    int size() {
        return records.size();
    }

    /** A process has opened the journal. */
    void lives() {
        records.forEach(KnownRecord::lives);
    }

    void compacts() {
        records.forEach(KnownRecord::compacts);
    }

    long lastSequence() {
        return lastSequence;
    }

    /** Something was given a number. */
    void numbered(String what, long sequence, long before) {
        if (sequence <= before) {
            world.broken("SequencesGrow", what + sequence + " (expected more than " + before + ")");
        }
        lastSequence = Math.max(lastSequence, sequence);
    }

    /** The open records of each client, in a new life. */
    List<KnownRecord> owned(int client) {
        List<KnownRecord> own = new ArrayList<>();
        for (int i = client; i < records.size(); i += world.choices().clients()) {
            if (records.get(i).isOpen()) {
                own.add(records.get(i));
            }
        }
        return own;
    }

    /** All that was ever written, as this life finds it. */
    void look(GroupJournal opened) {
        Set<RecordId> known = new HashSet<>();
        for (KnownRecord record : records) {
            look(opened, record);
            known.add(record.id());
        }
        Set<Long> sequences = new HashSet<>();
        Set<RecordId> ids = new HashSet<>();
        long undelivered = 0;
        long unknown = 0;
        long parked = 0;
        for (JournalRecord.Head head :
                opened.list(new JournalQuery(Optional.empty(), Set.of(), Optional.empty(), Optional.empty(), LISTED))) {
            if (!known.contains(head.id()) || !ids.add(head.id()) || !sequences.add(head.sequence())) {
                world.broken(
                        "NothingIsThereTwice",
                        "record " + head.id() + " at " + head.sequence() + " is there twice, or unasked");
            }
            undelivered += head.state().isFinal() || head.state() == RecordState.PARKED ? 0 : 1;
            unknown += head.state() == RecordState.UNKNOWN ? 1 : 0;
            parked += head.state() == RecordState.PARKED ? 1 : 0;
        }
        for (KnownRecord record : records) {
            if (record.state().isPresent() != ids.contains(record.id())) {
                world.broken(
                        "NothingAcknowledgedIsLost",
                        "record " + record.id()
                                + (record.state().isPresent()
                                        ? " is found and not listed"
                                        : " is listed and not found"));
            }
        }
        JournalStats stats = opened.stats(World.SLICE);
        if (stats.undelivered() != undelivered || stats.parked() != parked || stats.unknown() != unknown) {
            world.broken(
                    "FiguresAreTrue",
                    stats + " and there are " + undelivered + " undelivered, " + unknown + " unknown, " + parked
                            + " parked");
        }
    }

    void look(GroupJournal opened, KnownRecord record) {
        Optional<JournalRecord> found = opened.find(record.id());
        Optional<RecordState> state = found.map(each -> each.head().state());
        if (!record.allows(state)) {
            world.broken(
                    record.state().isPresent() ? "NothingAcknowledgedIsLost" : "NothingRefusedIsThere",
                    "record " + record.id() + " is "
                            + state.map(Object::toString).orElse("gone") + " (expected " + record.allowed() + ")");
            return;
        }
        found.ifPresent(whole -> {
            if (!record.hasBody(whole.intent().body())
                    || whole.applied()
                            .map(answer -> !record.hasBody(answer.body()))
                            .orElse(false)) {
                world.broken(
                        "NothingAcknowledgedIsLost",
                        "record " + record.id() + " has another body or answer than it was given");
            }
            if (record.sequence() != 0 && record.sequence() != whole.head().sequence()) {
                world.broken(
                        "SequencesStay",
                        "record " + record.id() + " was " + record.sequence() + " and is "
                                + whole.head().sequence());
            }
            record.at(whole.head().sequence());
            lastSequence = Math.max(lastSequence, record.sequence());
        });
        record.is(state);
    }
}
