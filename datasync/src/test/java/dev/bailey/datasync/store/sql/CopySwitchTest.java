package dev.bailey.datasync.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.store.StoreException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CopySwitchTest {

    private final StoreException why =
            new StoreException("slice orders, legacy", "reading failed", new SQLException("no right to", "42501"));

    @Test
    void aWayThatFailedIsTriedAgainAfterAWhileAndNoOtherIsLeftAlone() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7);
        CopySwitch usable = new CopySwitch(nanos::get);
        assertThat(CopySwitch.isUnable(why)).isTrue();

        usable.noRead(why);
        assertThat(usable.read()).isFalse();
        assertThat(usable.straight()).isTrue();
        assertThat(usable.staged()).isTrue();
        nanos.addAndGet(CopySwitch.AGAIN.toNanos() - 1);
        assertThat(usable.read()).isFalse();
        nanos.incrementAndGet();
        assertThat(usable.read()).isTrue();

        usable.noStraight(why);
        nanos.addAndGet(CopySwitch.AGAIN.toNanos() / 2);
        usable.noStaged(why);
        nanos.addAndGet(CopySwitch.AGAIN.toNanos() / 2);
        assertThat(usable.straight()).isTrue();
        assertThat(usable.staged()).isFalse();
        nanos.addAndGet(CopySwitch.AGAIN.toNanos() / 2);
        assertThat(usable.staged()).isTrue();
    }
}
