package dev.bailey.app.wiring;

import dev.bailey.control.api.JournalEntryView;
import dev.bailey.control.api.JournalRecordView;
import dev.bailey.control.api.JournalRecordView.Body;
import dev.bailey.control.api.JournalViews;
import dev.bailey.control.api.Page;
import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The journal as the API shows it: never values of headers, never bodies, never the query's values. */
record JournalAdapter(Journal journal) implements JournalViews {

    @Override
    public Page<JournalEntryView> list(Filter filter) {
        List<JournalRecord.Head> heads = journal.list(new JournalQuery(
                filter.slice().map(SliceName::new),
                filter.state().map(Set::of).orElseGet(Set::of),
                filter.entity().map(EntityKey::new),
                filter.before(),
                filter.limit()));
        Optional<String> next = heads.size() < filter.limit()
                ? Optional.empty()
                : Optional.of(Long.toString(heads.getLast().sequence()));
        return new Page<>(heads.stream().map(JournalAdapter::entry).toList(), next);
    }

    @Override
    public Optional<JournalRecordView> find(String id) {
        return id.isEmpty() || id.length() > 64
                ? Optional.empty()
                : journal.find(new RecordId(id)).map(JournalAdapter::whole);
    }

    private static JournalEntryView entry(JournalRecord.Head head) {
        return new JournalEntryView(
                head.sequence(),
                head.id().value(),
                head.slice().value(),
                head.entity().map(EntityKey::value),
                head.epoch(),
                head.authority(),
                head.follower(),
                head.method(),
                head.target().replaceAll("=[^&]*", "=…"),
                head.state(),
                head.attempts(),
                head.note(),
                head.at(),
                head.changed());
    }

    private static JournalRecordView whole(JournalRecord journalled) {
        return new JournalRecordView(
                entry(journalled.head()),
                journalled.intent().clientKey(),
                names(journalled.intent().headers()),
                new Body(
                        journalled.intent().body().length,
                        contentType(journalled.intent().headers()),
                        journalled.intent().bodyKept()),
                journalled.applied().map(JournalAdapter::answer));
    }

    private static JournalRecordView.Answer answer(Outcome.Applied applied) {
        return new JournalRecordView.Answer(
                applied.status(),
                names(applied.headers()),
                new Body(applied.body().length, contentType(applied.headers()), true));
    }

    private static List<String> names(List<Header> headers) {
        return headers.stream().map(Header::name).toList();
    }

    private static Optional<String> contentType(List<Header> headers) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase("content-type"))
                .map(Header::value)
                .findFirst();
    }
}
