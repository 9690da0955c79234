package dev.bailey.model.spec;

import dev.bailey.model.phase.Side;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.StoreSpec;
import dev.bailey.model.spec.FeedSpec.Login;
import dev.bailey.model.spec.FeedSpec.Outbox;
import dev.bailey.model.spec.FeedSpec.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code feeds}: how changes made past the gateway are told. */
final class FeedsReader {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,39}";
    private static final Login NO_LOGIN = new Login("?", "", "");

    private final Fields slice;
    private final Optional<DataSpec> data;

    /** @param data the stores, whose login a feed shares unless it has its own */
    FeedsReader(Fields slice, Optional<DataSpec> data) {
        this.slice = slice;
        this.data = data;
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
        if (!feed.has("outbox")) {
            feed.missing("outbox", "say where the keys come from: outbox: { side: …, table: …, id: …, key: … }");
            return Optional.empty();
        }
        Fields from = feed.fields("outbox", Shape.OUTBOX).orElseThrow();
        if (!from.has("side")) {
            from.missing("side", "say whose changes it tells: side: legacy or side: modern");
        }
        Side side = from.choice("side", AmountFields.words(Side.values()), Side.LEGACY);
        Source source = outbox(from, side);
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
        if (from.has("jdbc")) {
            if (from.placeOf("password") instanceof Located.Scalar password
                    && from.has("password")
                    && !password.secret()) {
                from.warning(
                        "password",
                        "a password stands in the file",
                        "write password: ${env:NAME} or ${file:path} instead");
            }
            return new Login(
                    from.text("jdbc").orElse("?"),
                    from.text("user").orElse(""),
                    from.text("password").orElse(""));
        }
        Optional<StoreSpec> store = data.map(stores -> side == Side.LEGACY ? stores.legacy() : stores.modern());
        if (store.isPresent() && store.get() instanceof SqlStore sql) {
            return new Login(sql.jdbc(), sql.user(), sql.password());
        }
        from.missing(
                "jdbc",
                side.label()
                        + "'s store is not reached over SQL, so say where its table is: jdbc: jdbc:postgresql://host/database");
        return NO_LOGIN;
    }
}
