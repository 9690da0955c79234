package dev.bailey.app.wiring;

import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.write.RecordState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The way back from a key as it is shown to the key: the journal is looked through for it. */
final class JournalledKeys {

    private static final int PAGE = 1_000;

    /** Of the newest records. */
    private static final int MOST_PAGES = 100;

    private JournalledKeys() {}

    /**
     * The key that an operator means: what is given, or, where it has the form of a hidden key, the newest one of a slice that
     * hides its keys which is shown so.
     *
     * @return empty where no such record is among the newest {@value #PAGE} times {@value #MOST_PAGES}
     */
    static Optional<EntityKey> found(
            Journal journal, MigrationSpec spec, Optional<SliceName> slice, Set<RecordState> states, EntityKey given) {
        boolean hidden = slice.isEmpty()
                || spec.slice(slice.get()).map(each -> each.hidesKeys()).orElse(true);
        if (!hidden || !HiddenKey.is(given.value())) {
            return Optional.of(given);
        }
        Optional<Long> before = Optional.empty();
        for (int page = 0; page < MOST_PAGES; page++) {
            List<JournalRecord.Head> heads =
                    journal.list(new JournalQuery(slice, states, Optional.empty(), before, PAGE));
            for (JournalRecord.Head head : heads) {
                Optional<EntityKey> key = head.entity()
                        .filter(each -> ShownKey.of(spec, head.slice(), each).equals(given.value()));
                if (key.isPresent()) {
                    return key;
                }
            }
            if (heads.size() < PAGE) {
                break;
            }
            before = Optional.of(heads.getLast().sequence());
        }
        return Optional.empty();
    }
}
