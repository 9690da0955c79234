package dev.bailey.journal.sqlite;

import static dev.bailey.journal.group.Given.AT_NOON;
import static dev.bailey.journal.group.Given.NOON;
import static dev.bailey.journal.group.Given.answer;
import static dev.bailey.journal.group.Given.appended;
import static dev.bailey.journal.group.Given.applied;
import static dev.bailey.journal.group.Given.done;
import static dev.bailey.journal.group.Given.rid;
import static dev.bailey.journal.group.Given.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.journal.Journal.Appended;
import dev.bailey.journal.JournalException;
import dev.bailey.journal.JournalQuery;
import dev.bailey.journal.group.GroupBounds;
import dev.bailey.journal.group.GroupJournal;
import dev.bailey.journal.group.Row;
import dev.bailey.model.write.RecordState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found of the log's files after crashes, failures and losses. */
class LogFilesTest {

    private static final int RECORDS = 40;
    private static final int CUTS = 25;
    private static final Tail FOLDED_SOON = new Tail(3, 4_096, new Tail.Step(2, 4_096, 2));

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("journal.db");
    }

    private GroupJournal open() {
        return open(file, Tail.DEFAULT, LogDisk.FILES);
    }

    private static GroupJournal open(Path at, Tail tail, LogDisk disk) {
        return GroupJournal.open(
                SqliteEngine.open(at, SqliteJournalSettings.defaults(), tail, data -> () -> data.force(false), disk),
                GroupBounds.defaults().withProbeEvery(Duration.ZERO),
                AT_NOON);
    }

    /** All files of the journal, as they are at this moment. */
    private Path copied(String name) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name)).resolve("journal.db");
        for (Path from : filesLike("journal.db")) {
            if (!from.toString().endsWith(".lock") && !from.toString().endsWith("-shm")) {
                Files.copy(from, copy.resolveSibling(from.getFileName()));
            }
        }
        return copy;
    }

    private List<Path> filesLike(String prefix) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> Files.isRegularFile(path)
                            && path.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whatWasWholeBeforeATornEndIsThereAndItGoesOn() throws Exception {
        try (GroupJournal journal = open()) {
            appended(journal, write("first", "1"));
            for (int i = 0; i < RECORDS; i++) {
                appended(journal, write("r" + i, "1"));
            }
        }
        Path whole = LogFiles.named(file, 1);
        long size = Files.size(whole);
        List<Long> ends = ends(whole);
        assertThat(ends).hasSize(RECORDS);
        Random random = new Random(7);
        for (int cut = 0; cut < CUTS; cut++) {
            Path copy = copied("cut" + cut);
            Path log = LogFiles.named(copy, 1);
            long at = random.nextLong(size);
            try (RandomAccessFile torn = new RandomAccessFile(log.toFile(), "rw")) {
                if (cut % 2 == 0) {
                    torn.setLength(at);
                } else {
                    byte[] garbage = new byte[(int) (size - at)];
                    random.nextBytes(garbage);
                    torn.seek(at);
                    torn.write(garbage);
                }
            }
            int there = 0;
            try (GroupJournal journal = open(copy, Tail.DEFAULT, LogDisk.FILES)) {
                while (there < RECORDS && journal.find(rid("r" + there)).isPresent()) {
                    there++;
                }
                assertThat(there).as("records before byte %d of %d", at, size).isEqualTo((int)
                        ends.stream().filter(end -> end <= at).count());
                for (int i = there; i < RECORDS; i++) {
                    assertThat(journal.find(rid("r" + i))).isEmpty();
                }
                appended(journal, write("after", "1"));
            }
            try (GroupJournal journal = open(copy, Tail.DEFAULT, LogDisk.FILES)) {
                assertThat(journal.find(rid("after"))).isPresent();
                assertThat(journal.list(all())).hasSize(there + 2);
            }
        }
    }

    /** Where the bytes of each record end, which is the only one of its transaction. */
    private static List<Long> ends(Path log) throws IOException {
        List<Long> ends = new ArrayList<>();
        LogFile opened = Objects.requireNonNull(LogFile.opened(LogDisk.FILES, log));
        try (LogFile.Scan scan = opened.scan()) {
            long row = opened.first();
            for (List<byte[]> group = scan.group(row); !group.isEmpty(); group = scan.group(row)) {
                int length = group.getFirst().length;
                ends.add(row - opened.first() + Frame.HEADER_BYTES + length);
                row = Frame.after(row, length);
            }
        }
        return ends;
    }

    private static JournalQuery all() {
        return new JournalQuery(Optional.empty(), Set.of(), Optional.empty(), Optional.empty(), 1_000);
    }

    @Test
    void aFileWhoseFlushFailedIsNeverWrittenAgain() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        AtomicInteger flushes = new AtomicInteger();
        AtomicLong flushedBytes = new AtomicLong();
        LogDisk disk = new FlushedDisk((path, opened) -> {
            if (path.equals(LogFiles.named(file, 1))) { // others are laid out meanwhile
                flushes.incrementAndGet();
                if (fails.getAndSet(false)) {
                    throw new IOException("Input/output error");
                }
            }
            opened.force();
            if (path.equals(LogFiles.named(file, 1))) {
                flushedBytes.set(opened.size());
            }
        });
        Path crashed;
        try (GroupJournal journal = open(file, Tail.DEFAULT, disk)) {
            appended(journal, write("slice", "1"));
            appended(journal, write("a", "1"));
            fails.set(true);
            assertThat(answer(journal.append(write("lost", "1"))))
                    .isInstanceOfSatisfying(
                            Appended.Failed.class,
                            failed ->
                                    assertThat(failed.reason()).contains("could not be written", "Input/output error"));
            crashed = copied("crashed");
            assertThat(flushedBytes.get())
                    .as("what was cut off is so after a loss of power, too")
                    .isEqualTo(Files.size(LogFiles.named(file, 1)))
                    .isLessThan(LogDisk.FILES.layout().firstBytes());
            int before = flushes.get();
            assertThat(answer(journal.append(write("b", "1")))).isInstanceOf(Appended.Durable.class);
            assertThat(flushes.get()).isEqualTo(before);
            assertThat(journal.find(rid("lost"))).isEmpty();
        }
        try (GroupJournal journal = open(crashed, Tail.DEFAULT, LogDisk.FILES)) {
            assertThat(journal.find(rid("a"))).isPresent();
            assertThat(journal.find(rid("lost")))
                    .as("no other file has its row")
                    .isEmpty();
        }
        for (int life = 0; life < 2; life++) {
            try (GroupJournal journal = open()) {
                assertThat(journal.find(rid("a"))).isPresent();
                assertThat(journal.find(rid("b"))).isPresent();
                assertThat(journal.find(rid("lost")))
                        .as("the next file begins with its row")
                        .isEmpty();
            }
        }
    }

    /** A disk whose flush failed may have it all the same; what was written over it then, and that the file was deleted, may be lost with the power. */
    @Test
    void whatComesBackWithThePowerIsNotTakenForWhatWasWrittenSince() throws Exception {
        Map<Path, byte[]> onDisk = new ConcurrentHashMap<>();
        LogDisk failing = new FlushedDisk((path, opened) -> {
            byte[] written = Files.readAllBytes(path);
            if (written.length > 0 && new BigInteger(1, written).signum() > 0) {
                onDisk.putIfAbsent(path, written);
                throw new IOException("Input/output error");
            }
            opened.force();
        });
        try (GroupJournal journal = open(file, Tail.DEFAULT, failing)) {
            appended(journal, write("slice", "1"));
            for (String lost : List.of("lost", "lost too")) {
                assertThat(answer(journal.append(write(lost, "1")))).isInstanceOf(Appended.Failed.class);
            }
        }
        assertThat(onDisk).hasSizeGreaterThan(1);
        LogDisk mended = new FlushedDisk(
                (_, opened) -> opened.force(),
                (path, at, bytes) -> onDisk.computeIfPresent(path, (_, old) -> {
                    System.arraycopy(bytes, 0, old, Math.toIntExact(at), bytes.length);
                    return old;
                }));
        try (GroupJournal journal = open(file, Tail.DEFAULT, mended)) {
            appended(journal, write("kept", "1"));
        }
        for (Map.Entry<Path, byte[]> back : onDisk.entrySet()) {
            Files.write(back.getKey(), back.getValue());
        }
        try (GroupJournal journal = open()) {
            assertThat(journal.find(rid("kept"))).isPresent();
            assertThat(journal.find(rid("lost"))).isEmpty();
            assertThat(journal.find(rid("lost too"))).isEmpty();
        }
    }

    /** Its process may have died before the flush: what is built upon it would be durable, and it would not. */
    @Test
    void whatIsFoundLastIsFlushedBeforeAnythingIsBuiltUponIt() throws Exception {
        Path crashed;
        try (GroupJournal journal = open()) {
            appended(journal, write("slice", "1"));
            appended(journal, write("last", "1"));
            crashed = copied("crashed");
        }
        Set<Path> flushed = ConcurrentHashMap.newKeySet();
        LogDisk disk = new FlushedDisk((path, opened) -> {
            opened.force();
            flushed.add(path);
        });
        try (GroupJournal journal = open(crashed, Tail.DEFAULT, disk)) {
            assertThat(journal.find(rid("last"))).isPresent();
            assertThat(flushed).contains(LogFiles.named(crashed, 1));
        }
    }

    @Test
    void theLayoutEndsWhoeverElseWokeItMeanwhile() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        LogDisk disk = (LogDisk) Proxy.newProxyInstance(
                LogDisk.class.getClassLoader(), new Class<?>[] {LogDisk.class}, (_, method, arguments) -> {
                    if (method.getName().equals("size")) {
                        asked.countDown();
                        answered.await();
                        return 0L;
                    }
                    return method.invoke(LogDisk.FILES, arguments);
                });
        BlankFiles blanks = new BlankFiles(file, disk, 0);
        Thread offering = Thread.ofPlatform().daemon().start(() -> blanks.offer(file));
        asked.await();
        Thread layout = Thread.ofPlatform().daemon().start(blanks);
        awaitWaiting(layout);
        Thread closing = Thread.ofPlatform().daemon().start(blanks::close);
        awaitWaiting(closing);
        answered.countDown();

        assertThat(layout.join(Duration.ofSeconds(10))).as("it has ended").isTrue();
        assertThat(offering.join(Duration.ofSeconds(10))).isTrue();
        assertThat(closing.join(Duration.ofSeconds(10))).isTrue();
    }

    private static void awaitWaiting(Thread thread) {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (thread.getState() != Thread.State.WAITING && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    /** A change that shares a transaction with a compaction. */
    @Test
    void aRecordIsFoundInTheTransactionThatWritesItsSegmentAnew() throws Exception {
        sharesATransactionWithACompaction(new Tail(1, 1, new Tail.Step(8, 4_096, 8)));
    }

    /** The same, and the record was folded by that transaction only. */
    @Test
    void anAnswerIsKeptThatSharesATransactionWithACompaction() throws Exception {
        sharesATransactionWithACompaction(Tail.DEFAULT);
    }

    private void sharesATransactionWithACompaction(Tail tail) throws Exception {
        FileLease.createPrivate(file);
        Store store = Schema.prepare(file, tail);
        try (SqlTables tables = SqlTables.open(Schema.connect(file), store, 1L << 30, new Upkeep())) {
            tables.reserve(true);
            tables.begin(List.of());
            long gone = tables.insert(write("gone", "1"), 1);
            tables.insert(write("stays", "2"), 1);
            tables.commit();
            tables.begin(List.of());
            tables.enter(tables.find(rid("gone")).orElseThrow(), RecordState.REJECTED, "", 2);
            tables.commit();
            tables.begin(List.of());

            tables.remove(List.of(gone));

            assertThat(tables.find(rid("stays"))).isPresent();
            Row stays = tables.find(rid("stays")).orElseThrow();
            tables.answered(stays, applied());
            tables.enter(stays, RecordState.APPLIED, "", 3);
            tables.commit();
            for (String later : List.of("b", "c")) { // so that the answer's row is folded, and goes
                tables.begin(List.of());
                long sequence = tables.insert(write(later, "1"), 4);
                tables.commit();
                tables.begin(List.of());
                tables.enter(tables.find(rid(later)).orElseThrow(), RecordState.REJECTED, "", 5);
                tables.commit();
                tables.begin(List.of());
                tables.remove(List.of(sequence));
                tables.commit();
            }
            try (Readers readers = Readers.open(file, 1)) {
                assertThat(new StoreQuestions(store, readers).find(rid("stays")))
                        .hasValueSatisfying(
                                record -> assertThat(record.applied()).isPresent());
            }
        } finally {
            store.log().close();
        }
    }

    @Test
    void aFileThatIsMissingOrDamagedBeforeAnotherIsTold() throws Exception {
        for (int life = 0; life < 3; life++) {
            try (GroupJournal journal = open()) {
                appended(journal, write("s" + life, "1"));
                appended(journal, write("r" + life, "1"));
                appended(journal, write("t" + life, "1"));
            }
        }
        Path missing = copied("missing");
        Files.delete(LogFiles.named(missing, 2));
        Path damaged = copied("damaged");
        try (RandomAccessFile log =
                new RandomAccessFile(LogFiles.named(damaged, 2).toFile(), "rw")) {
            log.seek(60);
            int read = log.read();
            log.seek(60);
            log.write(~read);
        }

        Path within = copied("within");
        try (RandomAccessFile log =
                new RandomAccessFile(LogFiles.named(within, 3).toFile(), "rw")) {
            long second = ends(LogFiles.named(within, 3)).get(0);
            log.seek(second + 60);
            int read = log.read();
            log.seek(second + 60);
            log.write(~read);
        }

        for (Path copy : List.of(missing, damaged, within)) {
            assertThatThrownBy(() -> open(copy, Tail.DEFAULT, LogDisk.FILES).close())
                    .as(copy.toString())
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("a file of the log is missing or damaged");
        }
    }

    /** Folding is not flushed: the log has to be enough without any of it. */
    @Test
    void whatWasFoldedSinceTheTablesWereFlushedIsReadFromTheLog() throws Exception {
        Path early;
        try (GroupJournal journal = open(file, FOLDED_SOON, LogDisk.FILES)) {
            appended(journal, write("slice", "1"));
            early = copied("early");
            for (int i = 0; i < RECORDS; i++) {
                appended(journal, write("r" + i, "1"));
                done(journal.outcome(rid("r" + i), applied()));
            }
            Files.delete(LogFiles.named(early, 1));
            Files.copy(LogFiles.named(file, 1), LogFiles.named(early, 1));
        }
        try (GroupJournal journal = open(early, FOLDED_SOON, LogDisk.FILES)) {
            for (int i = 0; i < RECORDS; i++) {
                assertThat(journal.find(rid("r" + i)))
                        .hasValueSatisfying(
                                record -> assertThat(record.applied()).isPresent());
            }
        }
    }

    @Test
    void aFileGoesWhenNoRecordOfItIsLeft() {
        try (GroupJournal journal = open()) {
            appended(journal, write("slice", "1"));
            appended(journal, write("old", "1"));
            done(journal.outcome(rid("slice"), applied()));
            done(journal.outcome(rid("old"), applied()));
            done(journal.delivered(List.of(rid("slice"), rid("old")), "replay"));
        }
        Path first = LogFiles.named(file, 1);
        assertThat(first).exists();
        try (GroupJournal journal = open()) {
            appended(journal, write("new", "1"));
            assertThat(journal.compact(NOON.plusSeconds(1))).isEqualTo(2);
            assertThat(first).doesNotExist();
            assertThat(journal.find(rid("new")).orElseThrow().intent().body()).hasSize(100);
        }
        try (GroupJournal journal = open()) {
            assertThat(journal.find(rid("new")).orElseThrow().intent().body()).hasSize(100);
        }
    }

    @Test
    void theNextFileIsLaidOutAsTheOneBeforeFills() throws Exception {
        BlankFiles blanks = new BlankFiles(file, LogDisk.FILES, 0);
        long first = taken(blanks);
        stepped(blanks);
        long soon = taken(blanks);
        stepped(blanks);
        blanks.used(1);
        stepped(blanks);
        long whole = taken(blanks);
        blanks.close();

        assertThat(first).isEqualTo(4L << 20);
        assertThat(soon).as("nothing of the first was used").isEqualTo((8L << 20) / 4);
        assertThat(whole).isEqualTo(16L << 20);
        for (Path path : filesLike("journal.db-log-0000000")) {
            assertThat(Files.size(path)).as(path.toString()).isIn(first, soon, whole);
        }
    }

    private static long taken(BlankFiles blanks) throws IOException {
        BlankFiles.Blank blank = blanks.take();
        blank.file().close();
        return blank.bytes();
    }

    private static void stepped(BlankFiles blanks) {
        int steps = 0;
        while (blanks.step()) {
            steps++;
            if (steps > 1_000) {
                throw new UncheckedIOException(new IOException("the layout does not end"));
            }
        }
    }
}
