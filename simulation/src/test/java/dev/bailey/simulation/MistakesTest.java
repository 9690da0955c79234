package dev.bailey.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shows that the simulator bites: every mistake is made in the code, one at a time, and found. Every second one is only made and
 * looked for with one seed, unless {@code BAILEY_LONG_TESTS} is {@code true}.
 */
@Execution(ExecutionMode.CONCURRENT)
class MistakesTest {

    private static final int SEEDS = 4_000;
    private static final boolean LONG = "true".equals(System.getenv("BAILEY_LONG_TESTS"));

    static Stream<Arguments> mistakes() {
        List<Mistake> all = Stream.of(Mistakes.all(), CrewMistakes.all(), JournalMistakes.all())
                .flatMap(List::stream)
                .toList();
        return IntStream.range(0, all.size()).mapToObj(i -> Arguments.of(all.get(i), LONG || i % 2 == 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void isFound(Mistake mistake, boolean whole) throws Exception {
        MistakenClasses mistaken = new MistakenClasses(mistake);
        Optional<String> failure = mistaken.firstFailure(mistake.nodes(), mistake.firstSeed(), 1);

        assertThat(mistake.made()).as("places where the mistake was made").hasPositiveValue();
        if (failure.isEmpty() && whole) {
            failure = mistaken.firstFailure(mistake.nodes(), mistake.firstSeed() + 1, SEEDS - 1);
        }
        assertThat(failure.isPresent() || !whole)
                .as("%s: one of %s seeds from %s fails", mistake, SEEDS, mistake.firstSeed())
                .isTrue();
    }
}
