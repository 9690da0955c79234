package dev.bailey.model.spec;

import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.StoreSpec;
import dev.bailey.model.spec.FeedSpec.Capture;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.FeedSpec.Outbox;
import dev.bailey.model.spec.FeedSpec.Source;
import dev.bailey.model.spec.FeedSpec.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code feeds}: how changes made past the gateway are told. */
final class FeedsReader {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,39}";
    private static final SequencedMap<String, Shape> SOURCES = sources();
    private static final Login NO_LOGIN = new Login("?", "", "");

    private final Fields slice;
    private final Optional<DataSpec> data;

    /** @param data the stores, whose login a feed shares unless it has its own */
    FeedsReader(Fields slice, Optional<DataSpec> data) {
        this.slice = slice;
        this.data = data;
    }

    private static SequencedMap<String, Shape> sources() {
        SequencedMap<String, Shape> sources = new LinkedHashMap<>();
        sources.put("outbox", Shape.OUTBOX);
        sources.put("capture", Shape.CAPTURE);
        sources.put("topic", Shape.TOPIC);
        return Collections.unmodifiableSequencedMap(sources);
    }

    List<FeedSpec> read() {
        List<FeedSpec> feeds = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<Located> items = slice.items("feeds");
        for (int i = 0; i < items.size(); i++) {
            Fields feed = Fields.of(items.get(i), slice.at("feeds") + "[" + i + "]", Shape.FEED, slice.problems());
            Optional<FeedSpec> read = feed(feed);
            read.ifPresent(feeds::add);
            if (read.isPresent() && !names.add(read.get().name())) {
                feed.problems()
                        .error(
                                feed.node(),
                                feed.path(),
                                "two feeds are called '" + read.get().name() + "' (expected each once)",
                                "give one of them a name:");
            }
        }
        return feeds;
    }

    private Optional<FeedSpec> feed(Fields feed) {
        List<String> given = SOURCES.keySet().stream().filter(feed::has).toList();
        if (given.isEmpty()) {
            feed.missing(
                    "outbox",
                    "say where the keys come from: outbox: { side: …, table: …, id: …, key: … },"
                            + " capture: { side: …, tables: … } or topic: { side: …, servers: […], topic: … }");
            return Optional.empty();
        }
        if (given.size() > 1) {
            feed.unwanted(
                    given.get(1),
                    "'" + given.get(1) + "' beside '" + given.getFirst() + "' (expected one of them)",
                    "make two feeds of them");
            return Optional.empty();
        }
        String kind = given.getFirst();
        Fields from =
                feed.fields(kind, SOURCES.getOrDefault(kind, Shape.OUTBOX)).orElseThrow();
        if (!from.has("side")) {
            from.missing("side", "say whose changes it tells: side: legacy or side: modern");
        }
        Side side = from.choice("side", AmountFields.words(Side.values()), Side.LEGACY);
        Source source = switch (kind) {
            case "capture" -> capture(from, side);
            case "topic" -> topic(from);
            default -> outbox(from, side);
        };
        String name = feed.text("name").orElse(source.kind() + "-" + side.label());
        if (!name.matches(NAME)) {
            feed.error(
                    "name",
                    "'name' is '" + Fields.shortened(name) + "' (expected letters, digits, - and _, at most 40)",
                    "write it like name: orders-outbox");
        }
        int batch = feed.count("batch", 1, FeedSpec.MOST_BATCH, FeedSpec.USUAL_BATCH);
        return Optional.of(new FeedSpec(name, side, batch, source));
    }

    private Outbox outbox(Fields from, Side side) {
        return new Outbox(
                login(from, side),
                identifier(from, "table", "outbox"),
                identifier(from, "id", "id"),
                key(from),
                from.text("where"),
                from.has("by") ? Optional.of(identifier(from, "by", "changed_by")) : Optional.empty(),
                AmountFields.positive(from, "every", FeedSpec.USUAL_EVERY));
    }

    private static Topic topic(Fields from) {
        Map<String, Boolean> ends = new LinkedHashMap<>();
        ends.put("beginning", false);
        ends.put("end", true);
        return TopicReader.read(from, from.choice("from", ends, false));
    }

    private Capture capture(Fields from, Side side) {
        Login login = login(from, side);
        if (!login.equals(NO_LOGIN) && !login.jdbc().matches("jdbc:(postgresql|mariadb|mysql):.*")) {
            from.problems()
                    .error(
                            from.has("jdbc") ? from.placeOf("jdbc") : from.node(),
                            from.path(),
                            "changes can be captured from PostgreSQL and MariaDB alone (expected jdbc:postgresql: or jdbc:mariadb:)",
                            "use an outbox for this side");
        }
        return new CaptureReader(from, data.map(DataSpec::key).orElse(KeyNamesReader.NONE)).read(login);
    }

    /** One column that holds the whole key as it is spelled, or one for each of its parts. */
    private KeyNames key(Fields from) {
        return from.value("key") instanceof Located.Sequence
                ? KeyNamesReader.columns(
                        from, "key", "entity_id", data.map(DataSpec::key).orElse(KeyNamesReader.NONE))
                : KeyNamesReader.columns(from, "key", "entity_id");
    }

    /** Names go into statements as they stand. */
    private static String identifier(Fields from, String key, String example) {
        String name = from.required(key, "write " + key + ": and a name such as " + example);
        if (!name.equals("?") && !name.matches(KeyNamesReader.NAME)) {
            from.error(
                    key,
                    "'" + key + "' is '" + Fields.shortened(name) + "' (expected a name such as " + example + ")",
                    "write the plain name");
        }
        return name;
    }

    private Login login(Fields from, Side side) {
        if (from.placeOf("password") instanceof Located.Scalar password && from.has("password") && !password.secret()) {
            from.warning(
                    "password", "a password stands in the file", "write password: ${env:NAME} or ${file:path} instead");
        }
        if (from.has("jdbc")) {
            return new Login(
                    from.text("jdbc").orElse("?"),
                    from.text("user").orElse(""),
                    from.text("password").orElse(""));
        }
        Optional<StoreSpec> store = data.map(stores -> side == Side.LEGACY ? stores.legacy() : stores.modern());
        if (store.isPresent() && store.get() instanceof SqlStore sql) {
            return from.has("user")
                    ? new Login(
                            withoutUser(sql.jdbc()),
                            from.text("user").orElse(""),
                            from.text("password").orElse(""))
                    : new Login(sql.jdbc(), sql.user(), sql.password());
        }
        from.missing(
                "jdbc",
                side.label()
                        + "'s store is not reached over SQL, so say where its table is: jdbc: jdbc:postgresql://host/database");
        return NO_LOGIN;
    }

    /** What stands in a URL goes before what is said beside it. */
    private static String withoutUser(String jdbc) {
        int query = jdbc.indexOf('?');
        if (query < 0) {
            return jdbc;
        }
        String rest = Arrays.stream(jdbc.substring(query + 1).split("&"))
                .filter(option -> !option.startsWith("user=") && !option.startsWith("password="))
                .collect(Collectors.joining("&"));
        return jdbc.substring(0, query) + (rest.isEmpty() ? "" : "?" + rest);
    }
}
