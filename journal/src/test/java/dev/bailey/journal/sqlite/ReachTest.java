package dev.bailey.journal.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReachTest {

    @Test
    void nothingHoldsNothing() {
        assertThat(Reach.NONE.mayHold("")).isTrue(); // no id is empty
        assertThat(Reach.NONE.mayHold("a")).isFalse();
    }

    @Test
    void holdsWhatIsBetweenTheLeastAndTheGreatestWhateverTheOrder() {
        Reach up = Reach.NONE.with("c", "f").with("g", "k");
        Reach down = Reach.NONE.with("g", "k").with("c", "f");
        assertThat(up).isEqualTo(down).isEqualTo(new Reach("c", "k"));
        assertThat(up.mayHold("c")).isTrue();
        assertThat(up.mayHold("k")).isTrue();
        assertThat(up.mayHold("b")).isFalse();
        assertThat(up.mayHold("l")).isFalse();
    }

    @Test
    void whatIsAddedReachesAsFarAsBoth() {
        Reach known = new Reach("c", "f");
        assertThat(known.with(Reach.NONE)).isEqualTo(known);
        assertThat(Reach.NONE.with(known)).isEqualTo(known);
        assertThat(known.with(new Reach("a", "d"))).isEqualTo(new Reach("a", "f"));
    }
}
