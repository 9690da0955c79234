package dev.bailey.app.wiring;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.bailey.app.file.MigrationFile;
import dev.bailey.app.file.MigrationFile.Read;
import dev.bailey.control.api.ConfigViews;
import dev.bailey.control.api.PlanView;
import dev.bailey.control.api.PlanView.Change;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds a migration file against the one in force: texts are compared, so that secrets stay the names they are written as. */
final class ConfigAdapter implements ConfigViews {

    /** Places that connections, stores and expressions were made from when Bailey started. */
    private static final Pattern COLD =
            Pattern.compile("(bailey|migration|listen|admin|store|tls|legacy|modern|gateway)\\b.*"
                    + "|slices\\.[^.]+\\.(state|strategy|entity|data|feeds|translate|writes)\\b.*"
                    + "|slices\\.[^.]+\\.routes.*");

    private final Path file;
    private final InstantSource clock;
    private volatile String inForce;

    /** @param inForce the text Bailey was started with */
    ConfigAdapter(Path file, String inForce, InstantSource clock) {
        this.file = file;
        this.inForce = inForce;
        this.clock = clock;
    }

    @Override
    public PlanView plan(String yaml) {
        return switch (parse(yaml)) {
            case Read.Invalid invalid ->
                new PlanView(
                        false,
                        List.of(),
                        problems(invalid.problems()),
                        "the file cannot be applied: " + invalid.problems().size() + " problems");
            case Read.Valid valid -> {
                List<Change> changes = changes(flat(inForce()), flat(yaml));
                yield new PlanView(
                        true,
                        changes,
                        problems(valid.warnings()),
                        changes.isEmpty() ? "nothing would change" : changes.size() + " changes");
            }
        };
    }

    Path file() {
        return file;
    }

    String inForce() {
        return inForce;
    }

    private Read parse(String yaml) {
        Path folder = file.toAbsolutePath().getParent();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return MigrationFile.parse(
                file.toString(), yaml, System::getenv, folder == null ? Path.of(".") : folder, today);
    }

    private static List<PlanView.Problem> problems(List<Problem> problems) {
        return problems.stream()
                .map(each -> new PlanView.Problem(each.line(), each.column(), each.message(), each.remedy()))
                .toList();
    }

    private static List<Change> changes(Map<String, String> before, Map<String, String> after) {
        Set<String> places = new TreeSet<>(before.keySet());
        places.addAll(after.keySet());
        List<Change> changes = new ArrayList<>();
        for (String place : places) {
            String from = before.getOrDefault(place, "");
            String to = after.getOrDefault(place, "");
            if (!from.equals(to)) {
                changes.add(new Change(place, from, to, effect(place)));
            }
        }
        return changes;
    }

    private static String effect(String place) {
        return isCold(place) ? "needs a restart; routing records and history stay" : "takes effect at once";
    }

    private static boolean isCold(String place) {
        return COLD.matcher(place).matches();
    }

    /** What applying a text would come to. */
    sealed interface Reading {
        record Wrong(String message) implements Reading {}

        record NeedsRestart(List<String> places) implements Reading {}

        record Applicable(MigrationSpec spec, int changes) implements Reading {}
    }

    Reading read(String yaml) {
        return switch (parse(yaml)) {
            case Read.Invalid invalid ->
                new Reading.Wrong(invalid.problems().stream()
                        .map(each -> each.render(file.toString(), yaml))
                        .collect(Collectors.joining("\n")));
            case Read.Valid valid -> {
                List<Change> changes = changes(flat(inForce()), flat(yaml));
                Set<String> cold = new TreeSet<>();
                changes.stream().map(Change::what).filter(ConfigAdapter::isCold).forEach(cold::add);
                // A slice that comes or goes changes what is opened for it.
                if (slices(inForce()).equals(slices(yaml)) && cold.isEmpty()) {
                    yield new Reading.Applicable(valid.spec(), changes.size());
                }
                yield new Reading.NeedsRestart(cold.isEmpty() ? List.of("the set of slices") : List.copyOf(cold));
            }
        };
    }

    /** Puts the text in the file's place, durable before it takes effect. */
    void keep(String yaml) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(fresh, CREATE, TRUNCATE_EXISTING, WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(yaml.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the migration file " + file + " cannot be replaced", e);
        }
        inForce = yaml;
    }

    private static Set<String> slices(String yaml) {
        return flat(yaml).keySet().stream()
                .filter(place -> place.startsWith("slices."))
                .map(place -> place.split("\\.")[1])
                .collect(Collectors.toSet());
    }

    private static Map<String, String> flat(String yaml) {
        Map<String, String> flat = new TreeMap<>();
        flatten("", new Load(LoadSettings.builder().build()).loadFromString(yaml), flat);
        return flat;
    }

    private static void flatten(String place, Object node, Map<String, String> into) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> flatten(place.isEmpty() ? "" + key : place + "." + key, value, into));
        } else if (node instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                flatten(place + "[" + i + "]", list.get(i), into);
            }
        } else {
            into.put(place, String.valueOf(node));
        }
    }
}
