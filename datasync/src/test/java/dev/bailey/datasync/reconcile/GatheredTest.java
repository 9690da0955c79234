package dev.bailey.datasync.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.store.KeyRange;
import dev.bailey.model.route.EntityKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GatheredTest {

    private final AtomicLong nano = new AtomicLong(-7);
    private final Gathered gathered = new Gathered(nano::get);

    private static List<EntityKey> keys(String... keys) {
        return Stream.of(keys).map(EntityKey::new).toList();
    }

    private void add(String upTo, String... suspects) {
        gathered.add(new KeyRange(Optional.empty(), Optional.of(new EntityKey(upTo))), 10, keys(suspects));
    }

    private List<String> behind() {
        return gathered.behind().stream()
                .map(part -> part.range().upTo().orElseThrow().value())
                .toList();
    }

    @Test
    void aPartWithoutSuspectsIsBehindAtOnceUnlessOneBeforeItHasSome() {
        add("a");
        assertThat(behind()).containsExactly("a");

        add("b", "b1");
        add("c");
        assertThat(behind()).isEmpty();

        gathered.judged(1);
        assertThat(behind()).containsExactly("b", "c");
        assertThat(behind()).isEmpty();
    }

    @Test
    void aPartIsBehindOnlyWhenItsLastSuspectIsJudged() {
        add("a", "a1", "a2");
        add("b", "b1", "b2", "b3");
        assertThat(gathered.open()).isEqualTo(5);
        assertThat(gathered.first(3)).isEqualTo(keys("a1", "a2", "b1"));

        gathered.judged(3);
        assertThat(behind()).containsExactly("a");
        assertThat(gathered.first(3)).isEqualTo(keys("b2", "b3"));

        gathered.judged(2);
        assertThat(behind()).containsExactly("b");
        assertThat(gathered.open()).isZero();
    }

    @Test
    void theFirstSuspectTellsHowLongTheyHaveWaited() {
        add("a");
        nano.addAndGet(100);
        assertThat(gathered.waited(Duration.ofNanos(100))).isFalse();
        add("b", "b1");
        nano.addAndGet(60);
        add("c", "c1");
        nano.addAndGet(40);
        assertThat(gathered.waited(Duration.ofNanos(101))).isFalse();
        assertThat(gathered.waited(Duration.ofNanos(100))).isTrue();

        gathered.judged(1);
        nano.addAndGet(50);
        assertThat(gathered.waited(Duration.ofNanos(51))).isFalse();
        assertThat(gathered.waited(Duration.ofNanos(50))).isTrue();

        gathered.judged(1);
        nano.addAndGet(1_000);
        assertThat(gathered.waited(Duration.ofNanos(1))).isFalse();
    }
}
