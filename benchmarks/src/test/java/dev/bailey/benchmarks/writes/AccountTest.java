package dev.bailey.benchmarks.writes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.benchmarks.writes.Account.Side;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountTest {

    private static final List<String> BOTH = List.of("/a", "/b");
    private static final Side WHOLE = new Side(Map.of("/a", "1", "/b", "2"), 2);
    private static final Side NOTHING = new Side(Map.of(), 0);

    @Test
    void writesThatAreAtBothSidesOnceAreClean() {
        Account account = Account.of(BOTH, WHOLE, WHOLE, true);

        assertThat(account).isEqualTo(new Account(2, 0, 0, 0));
        assertThat(account.isClean()).isTrue();
    }

    @Test
    void writesThatAreNotReplicatedBelongToLegacyAlone() {
        assertThat(Account.of(BOTH, WHOLE, NOTHING, false).isClean()).isTrue();
        assertThat(Account.of(BOTH, WHOLE, new Side(Map.of("/a", "1"), 1), false))
                .isEqualTo(new Account(2, 0, 1, 0));
    }

    @Test
    void acknowledgedWriteThatIsNotAtItsAuthorityIsLost() {
        Account account = Account.of(BOTH, new Side(Map.of("/a", "1"), 1), WHOLE, true);

        assertThat(account).isEqualTo(new Account(2, 1, 1, 0));
        assertThat(account.isClean()).isFalse();
    }

    @Test
    void writeThatIsMissingOrDifferentAtTheFollowerIsApart() {
        assertThat(Account.of(BOTH, WHOLE, new Side(Map.of("/a", "1"), 1), true))
                .isEqualTo(new Account(2, 0, 1, 0));
        assertThat(Account.of(BOTH, WHOLE, new Side(Map.of("/a", "1", "/b", "3"), 2), true))
                .isEqualTo(new Account(2, 0, 1, 0));
    }

    @Test
    void writeThatCameTwiceToASideIsDoubled() {
        Side twice = new Side(WHOLE.kept(), 3);

        assertThat(Account.of(BOTH, twice, WHOLE, true)).isEqualTo(new Account(2, 0, 0, 1));
        assertThat(Account.of(BOTH, WHOLE, twice, true)).isEqualTo(new Account(2, 0, 0, 1));
    }

    /** Nobody was told so; it is at both sides, and that is all that is asked. */
    @Test
    void writeThatWasNotAcknowledgedMayBeThere() {
        assertThat(Account.of(List.of("/a"), WHOLE, WHOLE, true)).isEqualTo(new Account(1, 0, 0, 0));
    }
}
