package dev.bailey.model.spec;

import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.Located.Entry;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a migration file's tree, purely: every default filled in, or everything that is wrong with it, with places. */
public final class SpecReader {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
    private static final Set<String> LOOPBACK = Set.of("localhost", "::1", "[::1]");

    private final Problems problems = new Problems();
    private final LocalDate today;
    private final ExpressionCheck expressions;

    private SpecReader(LocalDate today, ExpressionCheck expressions) {
        this.today = today;
        this.expressions = expressions;
    }

    /**
     * @param today held against the days the file names
     * @param expressions looks at the syntax of JSONata expressions
     */
    public static SpecRead read(Located root, LocalDate today, ExpressionCheck expressions) {
        SpecReader reader = new SpecReader(today, expressions);
        MigrationSpec spec = reader.file(Fields.of(root, "", Shape.FILE, reader.problems));
        return reader.problems.hasErrors()
                ? new SpecRead.Invalid(reader.problems.inOrder())
                : new SpecRead.Valid(spec, reader.problems.inOrder());
    }

    /** The keys that each map of the file knows, by the name of the map's definition in the JSON Schema. */
    public static Map<String, Set<String>> keys() {
        return Arrays.stream(Shape.values()).collect(Collectors.toUnmodifiableMap(Shape::definition, Shape::keys));
    }

    private MigrationSpec file(Fields file) {
        version(file);
        String migration = name(file, "migration");
        String owner = file.required("owner", "say which team answers for the migration, such as owner: team-orders");
        LocalDate finishBy = finishBy(file);
        HostPort listen = AddressFields.listening(file, "listen", new HostPort("127.0.0.1", 8080));
        HostPort admin = AddressFields.listening(file, "admin", new HostPort("127.0.0.1", 7070));
        addresses(file, listen, admin);
        String store = store(file);
        Optional<TlsSpec> tls = file.fields("tls", Shape.TLS).map(TlsReader::read);
        GatewaySpec gateway = file.fields("gateway", Shape.GATEWAY)
                .map(fields -> gateway(fields, store))
                .orElse(GatewaySpec.DEFAULTS);
        ServiceSpec legacy = ServiceReader.read(file, "legacy", gateway.maxUpstreamConnections());
        ServiceSpec modern = ServiceReader.read(file, "modern", gateway.maxUpstreamConnections());
        if (legacy.url().equals(modern.url())
                && legacy.reach().addresses().equals(modern.reach().addresses())
                && file.has("legacy")
                && file.has("modern")
                && legacy.url().getHost() != null) {
            file.error("modern", "modern has the same url as legacy", "the two services need an address each");
        }
        List<SliceSpec> slices = slices(file);
        return new MigrationSpec(
                migration, owner, finishBy, listen, admin, store, legacy, modern, slices, gateway, tls);
    }

    private static void version(Fields file) {
        if (!file.has("bailey")) {
            file.missing("bailey", "begin the file with bailey: 1 (the version of its format)");
            return;
        }
        if (file.integer("bailey", 0, 1_000_000, 1) != 1) {
            file.error(
                    "bailey",
                    "'bailey' is " + Fields.shown(file.placeOf("bailey"))
                            + " (expected 1, the only format this version reads)",
                    "write bailey: 1, or use the version of Bailey the file was written for");
        }
    }

    private static String name(Fields file, String key) {
        String name = file.required(key, "name the migration, such as migration: orders");
        if (!name.equals("?") && !name.matches(NAME)) {
            file.error(
                    key,
                    "'" + key + "' is '" + Fields.shortened(name)
                            + "' (expected letters, digits, '.', '_', '-', at most 63)",
                    "use a short name such as orders");
        }
        return name;
    }

    private LocalDate finishBy(Fields file) {
        if (!file.has("finishBy")) {
            file.missing("finishBy", "plan the end: finishBy: with the day legacy must be gone, such as 2027-03-31");
            return today;
        }
        LocalDate day = AmountFields.date(file, "finishBy", today);
        if (day.isBefore(today)) {
            file.warning(
                    "finishBy",
                    "finishBy " + day + " has passed (today is " + today + ")",
                    "finish the migration, or agree on a new day");
        }
        return day;
    }

    private static void addresses(Fields file, HostPort listen, HostPort admin) {
        boolean sameHost = listen.host().equals(admin.host()) || isAny(listen) || isAny(admin);
        if (sameHost && listen.port() == admin.port() && listen.port() != 0) {
            file.error(
                    "admin",
                    "admin and listen both use port " + admin.port(),
                    "give them a port each, such as listen: 127.0.0.1:8080 and admin: 127.0.0.1:7070");
        }
        if (!isLoopback(admin.host())) {
            file.warning(
                    "admin",
                    "admin listens on " + admin + ", which others may reach",
                    "use 127.0.0.1, or guard it by network and give out tokens with care");
        }
    }

    private static boolean isAny(HostPort address) {
        return address.host().equals("0.0.0.0") || address.host().equals("::");
    }

    private static boolean isLoopback(String host) {
        return LOOPBACK.contains(host.toLowerCase(Locale.ROOT)) || host.matches("127\\.[0-9]+\\.[0-9]+\\.[0-9]+");
    }

    private static String store(Fields file) {
        String store = file.text("store").orElse("embedded");
        boolean shared = store.startsWith("jdbc:postgresql:");
        if (!shared && !store.equals("embedded")) {
            file.error(
                    "store",
                    "'store' is " + Fields.shown(file.placeOf("store")) + " (expected embedded or jdbc:postgresql://…)",
                    "write store: embedded, or store: jdbc:postgresql://host/database?user=…&password=${env:NAME}");
        }
        if (shared
                && store.contains("password=")
                && file.placeOf("store") instanceof Located.Scalar written
                && !written.secret()) {
            file.warning(
                    "store",
                    "a password stands in the file",
                    "write password=${env:NAME} or password=${file:path} instead");
        }
        return store;
    }

    private static GatewaySpec gateway(Fields fields, String store) {
        GatewaySpec gateway = GatewayReader.read(fields);
        if (gateway.nodes() == GatewaySpec.Nodes.ALL && store.equals("embedded")) {
            fields.error(
                    "nodes",
                    "'nodes' is all, but the store is embedded in one process (expected a store that all nodes share)",
                    "write store: jdbc:postgresql://host/database?user=…&password=${env:NAME}, or leave nodes out");
        }
        return gateway;
    }

    private List<SliceSpec> slices(Fields file) {
        if (!file.has("slices")) {
            file.missing("slices", "declare at least one slice: the routes that move together");
            return List.of();
        }
        List<SliceSpec> slices = new ArrayList<>();
        Map<String, String> claimed = new HashMap<>();
        List<Entry> entries = file.entries("slices");
        for (Entry entry : entries) {
            String path = "slices." + entry.key();
            if (!entry.key().matches(NAME)) {
                problems.error(
                        entry,
                        path,
                        "slice name '" + Fields.shortened(entry.key())
                                + "' (expected letters, digits, '.', '_', '-', at most 63)",
                        "use a short name such as orders");
                continue;
            }
            Fields slice = Fields.of(entry.value(), path, Shape.SLICE, problems);
            SliceSpec read = new SliceReader(slice, new SliceName(entry.key()), today, expressions, claimed).read();
            pinsApart(slice, read, slices);
            slices.add(read);
        }
        if (entries.isEmpty() && file.placeOf("slices") instanceof Located.Mapping) {
            file.error("slices", "'slices' is empty", "declare at least one slice: the routes that move together");
        }
        return slices;
    }

    /** A pin holds for one slice, so two that share its cookie would take it from each other. */
    private static void pinsApart(Fields in, SliceSpec slice, List<SliceSpec> before) {
        for (SliceSpec other : before) {
            if (slice.pins().isPresent()
                    && other.pins().filter(slice.pins().get()::sharesName).isPresent()) {
                in.error(
                        "pins",
                        "slices '" + other.name() + "' and '" + slice.name() + "' have pins named '"
                                + slice.pins().get().name() + "' (expected a name each)",
                        "name one after its slice, such as by: cookie:" + slice.name() + "-side");
            }
        }
    }
}
