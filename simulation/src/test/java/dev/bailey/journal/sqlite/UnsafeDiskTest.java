package dev.bailey.journal.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnsafeDiskTest {

    /** At the limit of direct memory the JDK sleeps, by a clock that no world knows. */
    @Test
    void aWorldTakesNoDirectMemory() {
        UnsafeDisk disk = new UnsafeDisk(new NoTrouble(), new Layout(1_024, 1_024, 1_024));

        assertThat(disk.buffer(1_024).isDirect()).isFalse();
    }

    private static final class NoTrouble implements DiskTrouble {
        @Override
        public void touch(String what) {}

        @Override
        public void await() {}

        @Override
        public boolean fails(Deed deed) {
            return false;
        }

        @Override
        public boolean isShort() {
            return false;
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public int next(int bound) {
            return 0;
        }
    }
}
