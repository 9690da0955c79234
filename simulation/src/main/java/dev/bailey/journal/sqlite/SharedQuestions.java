package dev.bailey.journal.sqlite;

import dev.bailey.control.state.SimulatedStore;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Figures;
import dev.bailey.journal.group.Questions;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Questions that take a way to the store, which may be cut. */
record SharedQuestions(Questions tables, SimulatedStore store, Supplier<List<String>> owners) implements Questions {

    private Questions there() {
        try {
            store.link(null).close();
            return tables;
        } catch (SQLException e) {
            throw new JournalException("the journal cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void count(Figures figures) {
        there().count(figures);
    }

    @Override
    public void undelivered(Consumer<JournalRecord.Head> each) {
        there().undelivered(each);
    }

    @Override
    public Optional<JournalRecord> find(RecordId id) {
        return there().find(id);
    }

    @Override
    public List<JournalRecord.Head> list(JournalQuery query) {
        return there().list(query);
    }

    @Override
    public List<EntityKey> gap(SliceName slice, Optional<EntityKey> after, int limit) {
        return there().gap(slice, after, limit);
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return there().recentKeys(slice, since, limit);
    }

    @Override
    public List<String> keyOwners() {
        there();
        return owners.get();
    }

    @Override
    public Removable removable(long after, long before, int limit) {
        return there().removable(after, before, limit);
    }
}
