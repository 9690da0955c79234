package dev.bailey.app.wiring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bailey.control.api.JournalEntryView;
import dev.bailey.control.api.JournalRecordView;
import dev.bailey.control.api.JournalRecordView.Body;
import dev.bailey.control.api.JournalViews;
import dev.bailey.control.api.Page;
import dev.bailey.journal.Journal;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.JournalRecord;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.write.Header;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The journal as the API shows it: never values of headers, never bodies, never the query's values. */
record JournalAdapter(Journal journal, Supplier<MigrationSpec> spec) implements JournalViews {

    @Override
    public Page<JournalEntryView> list(Filter filter) {
        Optional<SliceName> slice = filter.slice().map(SliceName::new);
        Set<RecordState> states = filter.state().map(Set::of).orElseGet(Set::of);
        Optional<EntityKey> asked = filter.entity().map(EntityKey::new);
        Optional<EntityKey> entity =
                asked.flatMap(key -> JournalledKeys.found(journal, spec.get(), slice, states, key));
        if (asked.isPresent() && entity.isEmpty()) {
            return new Page<>(List.of(), Optional.empty());
        }
        List<JournalRecord.Head> heads =
                journal.list(new JournalQuery(slice, states, entity, filter.before(), filter.limit()));
        Optional<String> next = heads.size() < filter.limit()
                ? Optional.empty()
                : Optional.of(Long.toString(heads.getLast().sequence()));
        return new Page<>(heads.stream().map(this::entry).toList(), next);
    }

    @Override
    public Optional<JournalRecordView> find(String id) {
        return id.isEmpty() || id.length() > 64
                ? Optional.empty()
                : journal.find(new RecordId(id)).map(this::whole);
    }

    private JournalEntryView entry(JournalRecord.Head head) {
        return new JournalEntryView(
                head.sequence(),
                head.id().value(),
                head.slice().value(),
                head.entity().map(key -> ShownKey.of(spec.get(), head.slice(), key)),
                head.epoch(),
                head.authority(),
                head.follower(),
                head.method(),
                target(head).replaceAll("=[^&]*", "=…"),
                head.state(),
                head.attempts(),
                head.note(),
                head.at(),
                head.changed());
    }

    private JournalRecordView whole(JournalRecord journalled) {
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

    /** With its entity's key, where that is a segment of the path, as it is shown. */
    private String target(JournalRecord.Head head) {
        return head.entity()
                .map(key -> Arrays.stream(head.target().split("(?<=[/?])|(?=[/?])", -1))
                        .map(part -> part.equals(key.value()) || part.equals(URLEncoder.encode(key.value(), UTF_8))
                                ? ShownKey.of(spec.get(), head.slice(), key)
                                : part)
                        .collect(Collectors.joining()))
                .orElse(head.target());
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
