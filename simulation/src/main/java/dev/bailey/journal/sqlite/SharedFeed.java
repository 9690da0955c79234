package dev.bailey.journal.sqlite;

import dev.bailey.control.state.SimulatedStore;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.RecordFeed;
import dev.bailey.journal.sqlite.Image.Stored;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What becomes visible in the shared tables, in the order of the commits. */
final class SharedFeed implements RecordFeed {

    private final SharedJournals journals;
    private final SimulatedStore store;
    private SimulatedStore.@Nullable Link link;
    private int seen = -1;

    SharedFeed(SharedJournals journals, SimulatedStore store) {
        this.journals = journals;
        this.store = store;
    }

    @Override
    public Look next() {
        try {
            SimulatedStore.Link open = link;
            if (open == null) {
                open = store.link(null);
                link = open;
            }
            open.go();
            int now = journals.commits();
            Look look = new Look(records(), journals.last());
            seen = now;
            return look;
        } catch (SQLException e) {
            link = null;
            throw new JournalException("what changed in the journal cannot be read: " + e.getMessage(), e);
        }
    }

    private List<Seen> records() {
        Collection<Stored> all = journals.image().records.values();
        Stream<Stored> records = seen < 0
                ? all.stream().filter(stored -> stored.isOpen() && !stored.isGap())
                : journals.changedSince(seen).stream()
                        .sorted()
                        .map(journals.image().records::get)
                        .filter(Objects::nonNull);
        return records.map(stored -> new Seen(
                        stored.head(),
                        journals.origin(stored.sequence()),
                        journals.ended(stored.sequence()).map(OptionalLong::of).orElse(OptionalLong.empty())))
                .toList();
    }

    @Override
    public void close() {}
}
