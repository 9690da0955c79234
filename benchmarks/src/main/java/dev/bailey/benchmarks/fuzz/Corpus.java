package dev.bailey.benchmarks.fuzz;

import dev.bailey.benchmarks.machine.BenchFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Inputs to start mutations from: the seeds, and whatever showed a new behaviour. Used by one thread. */
final class Corpus {

    /** New inputs are no longer kept beyond so many. */
    private static final int MAX_INPUTS = 8_192;

    private final List<Input> inputs = new ArrayList<>();
    private final Path kept;

    /**
     * @param seeds a folder with one file for each input
     * @param kept where new ones are written
     */
    Corpus(Path seeds, Path kept) {
        this.kept = kept;
        try (Stream<Path> files = Files.list(seeds)) {
            Files.createDirectories(kept);
            for (Path file : files.sorted().toList()) {
                for (Kind kind : Kind.values()) {
                    if (String.valueOf(file.getFileName()).startsWith(kind.prefix())) {
                        inputs.add(new Input(kind, Files.readAllBytes(file)));
                    }
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        if (inputs.isEmpty()) {
            throw new BenchFailure(
                    seeds + " has no file request-…, answer-… or proxy-… (expected the seeds of the fuzzer)");
        }
    }

    int size() {
        return inputs.size();
    }

    List<Input> all() {
        return List.copyOf(inputs);
    }

    /** Mostly the shorter of two: most of what matters is short, and a long input takes the time of many. */
    Input any(Random random) {
        Input first = inputs.get(random.nextInt(inputs.size()));
        Input second = inputs.get(random.nextInt(inputs.size()));
        boolean firstIsShorter = first.bytes().length < second.bytes().length;
        return firstIsShorter || random.nextInt(16) == 0 ? first : second;
    }

    void keep(Input input) {
        if (inputs.size() >= MAX_INPUTS) {
            return;
        }
        inputs.add(input);
        String name = input.kind().prefix() + HexFormat.of().toHexDigits(java.util.Arrays.hashCode(input.bytes()));
        try {
            Files.write(kept.resolve(name), input.bytes());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
