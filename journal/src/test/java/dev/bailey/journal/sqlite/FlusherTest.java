package dev.bailey.journal.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlusherTest {

    private static final long MOST_SECONDS = 20;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Flusher flusher = new Flusher(thread);
    private final CountDownLatch flushing = new CountDownLatch(1);
    private final CountDownLatch folded = new CountDownLatch(1);
    private final AtomicBoolean flushed = new AtomicBoolean();

    @AfterEach
    void ends() {
        thread.close();
    }

    @Test
    void workIsDoneWhileTheFileIsFlushed() throws Exception {
        flusher.force(
                file(() -> {
                    flushing.countDown();
                    await(folded);
                    flushed.set(true);
                }),
                () -> {
                    await(flushing);
                    assertThat(flushed).isFalse();
                    folded.countDown();
                });
        assertThat(flushed).isTrue();
    }

    @Test
    void aFlushThatFailsIsToldWhenTheWorkIsDone() {
        AtomicBoolean done = new AtomicBoolean();
        assertThatThrownBy(() -> flusher.force(
                        file(() -> {
                            throw new IOException("no more");
                        }),
                        () -> done.set(true)))
                .isInstanceOf(IOException.class)
                .hasMessage("no more");
        assertThat(done).isTrue();
    }

    @Test
    void workThatFailsDoesNotLeaveTheFlushOnItsWay() {
        assertThatThrownBy(() -> flusher.force(
                        file(() -> {
                            await(flushing);
                            flushed.set(true);
                        }),
                        () -> {
                            flushing.countDown();
                            throw new IllegalStateException("work");
                        }))
                .hasMessage("work");
        assertThat(flushed).isTrue();
    }

    @Test
    void theCallersOwnThreadWillDo() throws Exception {
        new Flusher(Runnable::run).force(file(() -> flushed.set(true)), folded::countDown);
        assertThat(flushed).isTrue();
        assertThat(folded.getCount()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @FunctionalInterface
    private interface Flush {
        void run() throws IOException;
    }

    private static LogDisk.Writing file(Flush flush) {
        return new LogDisk.Writing() {
            @Override
            public int write(ByteBuffer from, long at) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void force() throws IOException {
                flush.run();
            }

            @Override
            public void truncate(long bytes) {
                throw new UnsupportedOperationException();
            }

            @Override
            public long size() {
                return 0;
            }

            @Override
            public void close() {}
        };
    }
}
