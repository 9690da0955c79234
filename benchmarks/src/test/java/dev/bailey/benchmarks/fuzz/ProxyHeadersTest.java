package dev.bailey.benchmarks.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyHeadersTest {

    private static final int INPUTS = 20_000;

    @TempDir
    Path kept;

    /** A little of what the fuzzer does, at every build. */
    @Test
    void theGatewayReadsTheProxyProtocolAsItsTextHasIt() {
        Random random = new Random(1);
        Corpus corpus = new Corpus(Path.of("fuzz/corpus"), kept);
        Mutator mutator = new Mutator(random, corpus);
        ProxyHeaders headers = new ProxyHeaders(random);
        Set<String> behaviours = new HashSet<>();
        for (Input input : corpus.all()) {
            if (input.kind() == Kind.PROXY) {
                behaviours.add(headers.check(input.bytes()));
            }
        }
        int left = INPUTS;
        while (left > 0) {
            Input input = mutator.next();
            if (input.kind() == Kind.PROXY) {
                left--;
                if (behaviours.add(headers.check(input.bytes()))) {
                    corpus.keep(input);
                }
            }
        }
        assertThat(behaviours).hasSizeGreaterThan(20).contains("p1refused", "p2refused[33, 18]");
    }
}
