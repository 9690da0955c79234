package dev.bailey.journal.postgres;

import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.group.Figures;
import dev.bailey.journal.group.Questions;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The questions asked of PostgreSQL, each on one of a few connections. */
record PostgresQuestions(ReadPool readers) implements Questions {

    @Override
    public void count(Figures figures) {
        figures.become(readers.read(Queries::count));
    }

    @Override
    public void undelivered(Consumer<JournalRecord.Head> each) {
        Queries.undelivered(readers, each);
    }

    @Override
    public List<String> keyOwners() {
        return readers.read(Queries::keyOwners);
    }

    @Override
    public Optional<JournalRecord> find(RecordId id) {
        return readers.read(connection -> Queries.find(connection, id));
    }

    @Override
    public List<JournalRecord.Head> list(JournalQuery query) {
        return readers.read(connection -> Queries.list(connection, query));
    }

    @Override
    public List<EntityKey> gap(SliceName slice, Optional<EntityKey> after, int limit) {
        return readers.read(connection -> Queries.gap(connection, slice, after, limit));
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return readers.read(connection -> Queries.recentKeys(connection, slice, since, limit));
    }

    @Override
    public Removable removable(long after, long before, int limit) {
        return readers.read(connection -> Queries.removable(connection, after, before, limit));
    }
}
