package dev.bailey.datasync.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.replay.Fold.Outcome;
import dev.bailey.datasync.store.sql.FoldFile.Bad;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.spec.FeedSpec.Topic;
import dev.bailey.model.spec.KeyNames;
import dev.bailey.model.spec.ReplaySpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FoldTest {

    private static final String SHOWN = HiddenKey.of(new EntityKey("ada-session"));

    /** An event of one entity whose document is another's. */
    private static String why(Function<EntityKey, String> shown) {
        Fold fold = new Fold(
                KeyNames.of("id"),
                new ReplaySpec(
                        new Topic(List.of("127.0.0.1:1"), "logins", Optional.empty(), false, Map.of()),
                        "event",
                        Optional.empty(),
                        0,
                        Set.of(),
                        false),
                shown);
        Event event = new Event(
                0, 7, Optional.of("ada-session"), "{\"id\": \"bob-session\"}".getBytes(UTF_8), Map.of(), Instant.EPOCH);
        return ((Outcome.Bad) fold.fold("ada-session", null, event)).why();
    }

    @Test
    void anEventThatCannotBeFoldedIsToldWithoutTheIdsOfSessions() {
        assertThat(why(HiddenKey::of))
                .contains(SHOWN, HiddenKey.of(new EntityKey("bob-session")))
                .doesNotContain("ada-session", "bob-session");
        assertThat(why(EntityKey::value)).contains("ada-session", "bob-session");
    }

    @Test
    void whatCouldNotBeFoldedNamesItsEntityAsItIsShown() {
        Bad bad = new Bad(0, 7, Optional.of("ada-session"), "its value is not JSON");
        assertThat(bad.told(HiddenKey::of))
                .isEqualTo("partition 0, offset 7, entity " + SHOWN + ": its value is not JSON");
        assertThat(bad.told(EntityKey::value)).contains("entity ada-session");
        assertThat(bad.toString()).doesNotContain("ada-session");
    }
}
