package dev.bailey.control.orchestrate;

import dev.bailey.control.handover.Writes;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.SliceState;
import dev.bailey.model.write.RecordId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** A write path whose every answer is set by the test; it keeps what it was asked, in order. */
final class FakeWrites implements Writes {

    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    final List<EntityKey> recent = Collections.synchronizedList(new ArrayList<>());
    final Map<EntityKey, Instant> writtenAt = new ConcurrentHashMap<>();
    volatile boolean quiet = true;
    volatile boolean fence = true;
    volatile boolean older = true;
    volatile Backlog backlog = Backlog.EMPTY;
    volatile Runnable duringQuiet = () -> {};
    volatile boolean hangInFence;
    final CountDownLatch inFence = new CountDownLatch(1);
    final List<Long> gapLeft = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void hold(SliceState prepared) {
        calls.add("hold " + prepared.phase() + " " + prepared.ramp() + " e" + prepared.epoch());
    }

    volatile List<String> unheard = List.of();

    @Override
    public List<String> unheard(SliceName slice) {
        return unheard;
    }

    @Override
    public boolean awaitQuiet(SliceName slice, Duration atMost) {
        calls.add("quiet");
        duringQuiet.run();
        return quiet;
    }

    @Override
    public boolean awaitFence(SliceName slice, Duration atMost) throws InterruptedException {
        calls.add("fence");
        if (hangInFence) {
            inFence.countDown();
            Thread.sleep(Duration.ofMinutes(1));
        }
        return fence;
    }

    @Override
    public void release(SliceName slice) {
        calls.add("release");
    }

    @Override
    public int held(SliceName slice) {
        return 0;
    }

    @Override
    public List<EntityKey> recentKeys(SliceName slice, Instant since, int limit) {
        return Stream.concat(
                        recent.stream(),
                        writtenAt.entrySet().stream()
                                .filter(written -> !written.getValue().isBefore(since))
                                .map(Map.Entry::getKey))
                .toList();
    }

    @Override
    public boolean awaitOlderWrites(SliceName slice, Duration atMost) {
        calls.add("older");
        return older;
    }

    @Override
    public boolean retry(RecordId id) {
        return id.value().equals("known");
    }

    @Override
    public int unpark(SliceName slice, EntityKey entity) {
        return 3;
    }

    @Override
    public Backlog backlog(SliceName slice) {
        return backlog;
    }

    @Override
    public long deliverGap(SliceName slice, Duration atMost, LongConsumer left) {
        long remaining = gapLeft.isEmpty() ? 0 : gapLeft.removeFirst();
        calls.add("gap " + remaining);
        left.accept(remaining);
        return remaining;
    }
}
