package dev.bailey.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows that the simulator bites: every mistake is made in the code, one at a time, and found. */
@Execution(ExecutionMode.CONCURRENT)
class MistakesTest {

    private static final int SEEDS = 4_000;

    static List<Mistake> mistakes() {
        return Mistakes.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void isFound(Mistake mistake) throws Exception {
        MistakenClasses mistaken = new MistakenClasses(mistake);
        Optional<String> failure = mistaken.firstFailure(mistake.firstSeed(), 1);

        assertThat(mistake.made()).as("places where the mistake was made").hasPositiveValue();
        if (failure.isEmpty()) {
            failure = mistaken.firstFailure(mistake.firstSeed() + 1, SEEDS - 1);
        }
        assertThat(failure)
                .as("%s: what the first of %s seeds from %s that fails says", mistake, SEEDS, mistake.firstSeed())
                .isPresent();
    }
}
