package dev.bailey.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.control.state.BackfillParts.Part;
import dev.bailey.control.state.BackfillParts.Standing;
import dev.bailey.control.state.BackfillParts.State;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackfillPartsTest {

    private static final SliceName ITEMS = new SliceName("items");
    private static final Map<SliceName, String> ABLE = Map.of(ITEMS, "shape");
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final SharedStore store = Postgres.store();
    private final StateDb leader = StateDb.open(store, Fence.none());
    private final StateDb node = StateDb.open(store, Fence.none());
    private final BackfillParts leading = new BackfillParts(leader);
    private final BackfillParts copying = new BackfillParts(node);

    @AfterEach
    void close() {
        leader.close();
        node.close();
    }

    private static Part part(long term) {
        return new Part(
                ITEMS,
                "backfill-1",
                "shape",
                term,
                term == 1 ? Optional.empty() : Optional.of(Long.toString(term)),
                Optional.of(Long.toString(term + 1)),
                0);
    }

    private List<Standing> look() {
        return leading.look(ITEMS, LONG);
    }

    private Part claim(Duration term) {
        return copying.claim(ABLE, "b#1", term).orElseThrow();
    }

    @Test
    void aPartIsOfferedTakenAndCopied() {
        leading.offer(part(1), LONG);
        leading.offer(part(2), LONG);
        leading.offer(part(1), LONG);

        Part first = claim(LONG);
        assertThat(first.claim()).isPositive();
        assertThat(first)
                .isEqualTo(
                        new Part(ITEMS, "backfill-1", "shape", 1, Optional.empty(), Optional.of("2"), first.claim()));
        assertThat(leading.take(part(1))).as("somebody is at it").isEmpty();
        assertThat(copying.holds(first, LONG)).isTrue();
        assertThat(copying.over(first, true, 7)).isTrue();
        assertThat(copying.holds(first, LONG)).as("after its end").isFalse();

        assertThat(look()).extracting(Standing::state).containsExactly(State.COPIED, State.OFFERED);
        assertThat(leading.take(part(1))).contains(new Standing(first, State.COPIED, Optional.of("b#1"), 7));
        assertThat(leading.take(part(2)).orElseThrow().state()).isEqualTo(State.OFFERED);
        assertThat(leading.take(part(2)).orElseThrow().state())
                .as("asked again where the first answer was lost: somebody may have written it")
                .isEqualTo(State.LEFT);
        assertThat(look()).isEmpty();
    }

    @Test
    void aClaimWhoseTimeIsOverIsTakenBackAndWhatItsHolderSaysIsNotNoted() {
        leading.offer(part(1), LONG);
        Part late = claim(SHORT);
        await().until(() -> look().getFirst().state() == State.LEFT);

        assertThat(copying.holds(late, LONG)).isFalse();
        assertThat(copying.over(late, true, 9)).isFalse();
        assertThat(leading.take(part(1))).contains(new Standing(late, State.LEFT, Optional.of("b#1"), 0));

        leading.offer(part(1), LONG);
        Part again = claim(LONG);
        assertThat(again.claim()).isGreaterThan(late.claim());
        assertThat(copying.holds(late, LONG)).isFalse();
        assertThat(copying.over(late, true, 9)).isFalse();
        assertThat(copying.holds(again, LONG)).isTrue();
    }

    @Test
    void anOfferThatNobodyLooksAfterLapsesAndOneOfAnotherShapeIsNotTaken() {
        leading.offer(part(1), SHORT);
        await().until(() -> copying.claim(ABLE, "b#1", LONG).isEmpty());
        assertThat(copying.claim(Map.of(ITEMS, "other"), "b#1", LONG)).isEmpty();
        look();
        assertThat(copying.claim(Map.of(ITEMS, "other"), "b#1", LONG)).isEmpty();
        assertThat(copying.claim(ABLE, "b#1", LONG)).isPresent();
    }

    @Test
    void ofSeveralThatTakeAtTheSameTimeEachHasAnother() {
        int parts = 200;
        IntStream.rangeClosed(1, parts).forEach(term -> leading.offer(part(term), LONG));
        Set<Long> terms = new ConcurrentSkipListSet<>();
        AtomicLong claims = new AtomicLong();
        List<Thread> threads = Stream.of("b#1", "c#1", "d#1")
                .map(owner -> Thread.ofPlatform().start(() -> {
                    try (StateDb own = StateDb.open(store, Fence.none())) {
                        BackfillParts mine = new BackfillParts(own);
                        while (terms.size() < parts) {
                            mine.claim(ABLE, owner, LONG).ifPresent(part -> {
                                claims.incrementAndGet();
                                terms.add(part.term());
                            });
                        }
                    }
                }))
                .toList();
        await().atMost(Duration.ofSeconds(30)).until(() -> threads.stream().noneMatch(Thread::isAlive));
        assertThat(claims).hasValue(parts);
        assertThat(look()).extracting(Standing::state).containsOnly(State.HELD);
    }

    @Test
    void whoIsExpelledRenewsNothing() {
        AtomicLong nanos = new AtomicLong();
        leading.offer(part(1), LONG);
        try (Membership b = Membership.join(store, new NodeName("b"), 1, "h:1", "h:2", LONG, nanos::get);
                Membership a = Membership.join(store, new NodeName("a"), 1, "h:1", "h:2", LONG, nanos::get);
                StateDb living = StateDb.open(store, b.fence())) {
            BackfillParts mine = new BackfillParts(living);
            Part part = mine.claim(ABLE, "b#1", LONG).orElseThrow();
            assertThat(mine.holds(part, LONG)).isTrue();
            assertThat(a.remove(new NodeName("b"), Duration.ZERO)).isTrue();
            assertThatThrownBy(() -> mine.holds(part, LONG)).isInstanceOf(StateException.Fenced.class);
            assertThatThrownBy(() -> mine.over(part, true, 1)).isInstanceOf(StateException.Fenced.class);
            assertThat(look()).extracting(Standing::state).containsExactly(State.HELD);
        }
    }
}
