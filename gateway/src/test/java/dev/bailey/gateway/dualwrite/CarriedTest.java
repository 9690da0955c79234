package dev.bailey.gateway.dualwrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.JournalRecord;
import dev.bailey.journal.RecordFeed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.write.RecordId;
import dev.bailey.model.write.RecordState;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CarriedTest {

    private static final EntityKey HOT = new EntityKey("hot");
    private static final EntityKey COLD = new EntityKey("cold");

    private long looksBegun = 1;
    private final Carried carried = new Carried(10, () -> looksBegun);

    @Test
    void anEntityThatIsCarriedDuringEveryLookKeepsNoOtherFromBeingClosed() {
        carried.add(HOT, "a#1");
        carried.add(COLD, "a#1");
        for (int i = 0; i < 3; i++) {
            looksBegun++;
            carried.add(HOT, "a#1");
            carried.looked(looksBegun, 100);
        }
        assertThat(carried.mayOverlap(COLD, write(COLD, 100))).isTrue();
        assertThat(carried.mayOverlap(COLD, write(COLD, 101))).isFalse();
        assertThat(carried.mayOverlap(HOT, write(HOT, 101))).isTrue();

        looksBegun++;
        carried.looked(looksBegun, 200);
        assertThat(carried.mayOverlap(HOT, write(HOT, 200))).isTrue();
        assertThat(carried.mayOverlap(HOT, write(HOT, 201))).isFalse();
    }

    private static PendingWrite write(EntityKey entity, long sequence) {
        return PendingWrite.seen(new RecordFeed.Seen(
                new JournalRecord.Head(
                        sequence,
                        new RecordId("r" + sequence),
                        new SliceName("items"),
                        Optional.of(entity),
                        1,
                        Side.LEGACY,
                        Optional.of(Side.MODERN),
                        "PUT",
                        "/items",
                        RecordState.APPLIED,
                        true,
                        false,
                        0,
                        "",
                        Instant.EPOCH,
                        Instant.EPOCH),
                "b#1",
                OptionalLong.of(sequence)));
    }
}
