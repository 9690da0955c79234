package dev.bailey.datasync.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.store.KeyRange;
import dev.bailey.model.route.EntityKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);
    private static final Optional<String> FENCE = Optional.of("100");

    private static Optional<EntityKey> at(String key) {
        return Optional.of(new EntityKey(key));
    }

    @Test
    void partsAreFinishedInAnyOrderAndTogetherAreTheWhole() {
        Ledger ledger = Ledger.from(Optional.empty()).cut(at("40"), FENCE, LATER);
        Claim first = ledger.last();
        ledger = ledger.cut(Optional.empty(), FENCE, LATER);
        Claim second = ledger.last();

        assertThat(first.range()).isEqualTo(new KeyRange(Optional.empty(), at("40")));
        assertThat(second.range()).isEqualTo(new KeyRange(at("40"), at("100")));
        assertThat(ledger.end()).isTrue();
        ledger = ledger.finished(second);
        assertThat(ledger.isFinished()).isFalse();
        assertThat(ledger.finished(first).isFinished()).isTrue();
    }

    @Test
    void aPartThatWasBrokenOffIsDoneAgainAndOnlyItsLastClaimFinishesIt() {
        Ledger broken =
                Ledger.from(Optional.empty()).cut(at("40"), FENCE, LATER).cut(at("60"), FENCE, LATER);
        Claim before = broken.open().getFirst();

        Ledger ledger = broken.takenOver();
        Claim free = ledger.free(NOW, Set.of()).orElseThrow();
        ledger = ledger.taken(free, LATER);

        assertThat(ledger.last().range()).isEqualTo(before.range());
        assertThat(ledger.holds(before)).isFalse();
        assertThat(ledger.holds(ledger.last())).isTrue();
        assertThat(ledger.last().term()).isEqualTo(3);
        assertThat(ledger.open()).hasSize(2);
    }

    @Test
    void aClaimIsItsHoldersUntilItsTermIsOver() {
        Ledger ledger = Ledger.from(Optional.empty()).cut(at("40"), FENCE, LATER);

        assertThat(ledger.free(NOW, Set.of())).isEmpty();
        assertThat(ledger.free(LATER, Set.of())).contains(ledger.last());
        assertThat(ledger.free(LATER, Set.of(ledger.last()))).isEmpty();
    }

    @Test
    void whatIsKeptReadsBackTheSame() {
        Position position = new Position(
                Ledger.from(Optional.empty()).cut(at("40"), FENCE, LATER), 100, BackfillResult.begun(NOW, FENCE));

        assertThat(Position.of(position.kept())).isEqualTo(position);
    }
}
