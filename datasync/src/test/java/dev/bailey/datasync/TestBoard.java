package dev.bailey.datasync;

import dev.bailey.datasync.backfill.Board;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.route.SliceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A board in memory, seen by several nodes. Terms of claims may be shorter than they should be, so that nobody waits for them. */
final class TestBoard {

    private static final class Row {
        final Board.Part part;
        Board.State state = Board.State.OFFERED;
        long until;
        long claim;
        Optional<String> by = Optional.empty();
        long written;

        Row(Board.Part part) {
            this.part = part;
        }
    }

    private final int shorter;
    private final Map<Board.Part, Row> rows = new HashMap<>();
    private final List<Board.Part> claimed = new ArrayList<>();
    private final List<Board.Standing> taken = new ArrayList<>();
    private long claims;
    private final int others;

    /** @param shorter by how much terms are divided */
    TestBoard(int shorter, int others) {
        this.shorter = shorter;
        this.others = others;
    }

    synchronized List<Board.Part> claimed() {
        return List.copyOf(claimed);
    }

    /** Waits until a node has taken the first part, when one lies here; what lies here may be taken for so long. */
    void awaitClaim(Duration atMost) {
        if (size() > 0 && claimed().isEmpty()) {
            lasting(atMost);
            Awaitility.await().atMost(atMost).until(() -> !claimed().isEmpty());
        }
    }

    private synchronized void lasting(Duration lapse) {
        rows.values().stream()
                .filter(row -> row.state == Board.State.OFFERED)
                .forEach(row -> row.until = now() + lapse.toNanos());
    }

    /** How parts stood that were taken in. */
    synchronized List<Board.Standing> taken() {
        return List.copyOf(taken);
    }

    synchronized int size() {
        return rows.size();
    }

    /** Whether no part lies here that may be taken. */
    synchronized boolean isNothingToTake() {
        return rows.values().stream().noneMatch(row -> row.state == Board.State.OFFERED && lasts(row));
    }

    private static long now() {
        return System.nanoTime();
    }

    private static boolean lasts(Row row) {
        return row.until - now() > 0;
    }

    private static Board.State state(Row row) {
        return row.state == Board.State.HELD && !lasts(row) ? Board.State.LEFT : row.state;
    }

    Board as(String node) {
        return new View(node);
    }

    class View implements Board {
        private final String node;

        View(String node) {
            this.node = node;
        }

        @Override
        public int others() {
            return others;
        }

        @Override
        public void offer(Part part, Duration lapse) {
            synchronized (TestBoard.this) {
                rows.computeIfAbsent(part, Row::new).until = now() + lapse.toNanos();
            }
        }

        @Override
        public List<Standing> look(SliceName slice, Duration lapse) throws StoreException {
            synchronized (TestBoard.this) {
                lasting(lapse);
                return rows.values().stream()
                        .filter(row -> row.part.slice().equals(slice))
                        .map(row -> new Standing(row.part, state(row), row.by, row.written))
                        .toList();
            }
        }

        @Override
        public Optional<Standing> take(Part part) throws StoreException {
            synchronized (TestBoard.this) {
                Row row = rows.get(part);
                if (row != null && state(row) == State.HELD) {
                    return Optional.empty();
                }
                rows.remove(part);
                Standing was = row == null
                        ? new Standing(part, State.LEFT, Optional.empty(), 0)
                        : new Standing(part, state(row), row.by, row.written);
                taken.add(was);
                return Optional.of(was);
            }
        }

        @Override
        public Optional<Taken> claim(Map<SliceName, String> shapes, Duration term) {
            synchronized (TestBoard.this) {
                return rows.values().stream()
                        .filter(row -> row.state == State.OFFERED && lasts(row))
                        .filter(row -> row.part.shape().equals(shapes.get(row.part.slice())))
                        .min(Comparator.comparingLong(row -> row.part.term()))
                        .map(row -> {
                            row.state = State.HELD;
                            row.until = now() + term.toNanos() / shorter;
                            row.claim = ++claims;
                            row.by = Optional.of(node);
                            claimed.add(row.part);
                            return new Taken(row.part, row.claim);
                        });
            }
        }

        private Optional<Row> held(Taken taken) {
            return Optional.ofNullable(rows.get(taken.part()))
                    .filter(row -> row.claim == taken.claim() && state(row) == State.HELD);
        }

        @Override
        public boolean holds(Taken taken, Duration term) {
            synchronized (TestBoard.this) {
                held(taken).ifPresent(row -> row.until = now() + term.toNanos() / shorter);
                return held(taken).isPresent();
            }
        }

        @Override
        public void copied(Taken taken, long written) {
            synchronized (TestBoard.this) {
                held(taken).ifPresent(row -> {
                    row.state = State.COPIED;
                    row.written = written;
                });
            }
        }

        @Override
        public void left(Taken taken) {
            synchronized (TestBoard.this) {
                held(taken).ifPresent(row -> row.state = State.LEFT);
            }
        }
    }
}
