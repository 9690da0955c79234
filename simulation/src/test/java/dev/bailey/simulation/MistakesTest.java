package dev.bailey.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows that the simulator bites: every mistake is made in the code, one at a time, and found. */
@Execution(ExecutionMode.CONCURRENT)
class MistakesTest {

    static List<Mistake> mistakes() {
        return Mistakes.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void isFound(Mistake mistake) throws Exception {
        Catch how = Catch.of(mistake);

        how.advice().ifPresent(System.out::println);
        assertThat(how.found())
                .as("%s: neither seed %s nor one of the first %s shows it", mistake, mistake.seed(), Catch.SEEDS)
                .hasValueSatisfying(finding -> assertThat(finding.invariant()).isNotEqualTo("TheSimulatorItself"));
    }

    @Test
    void whereTheKeptSeedShowsNothingAnotherIsAdvised() {
        Mistake mistake = Mistakes.all().getFirst().shownBy(2);

        assertThat(new Catch(mistake, Optional.of(new Finding(2, "Order", "a before b"))).advice())
                .isEmpty();
        assertThat(new Catch(mistake, Optional.of(new Finding(9, "Order", "a before b"))).advice())
                .hasValueSatisfying(
                        advice -> assertThat(advice).contains("seed 2 shows", mistake.what(), "shownBy(9)"));
    }
}
