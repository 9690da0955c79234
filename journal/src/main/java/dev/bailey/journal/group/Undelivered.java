package dev.bailey.journal.group;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * The undelivered records of a slice: sequences and when each was written. There may be hundreds of thousands, most of them added at the end and
 * removed near the beginning: they are numbers in sorted blocks, so that a collection does not meet them one by one. Not thread-safe.
 */
final class Undelivered {

    private static final int BLOCK_RECORDS = 256;
    private static final int FEW = 4;

    private final List<Block> blocks = new ArrayList<>();
    private int size;

    /** Records that follow each other, at least one; no array is more than four times as long as it must be. */
    private static final class Block {
        private long[] sequences = new long[FEW];
        private long[] moments = new long[FEW];
        private int size;

        private boolean isFull() {
            return size == BLOCK_RECORDS;
        }

        private int find(long sequence) {
            return Arrays.binarySearch(sequences, 0, size, sequence);
        }

        private void insert(int at, long sequence, long moment) {
            if (size == sequences.length) {
                resize(2 * size);
            }
            System.arraycopy(sequences, at, sequences, at + 1, size - at);
            System.arraycopy(moments, at, moments, at + 1, size - at);
            sequences[at] = sequence;
            moments[at] = moment;
            size++;
        }

        private void remove(int at) {
            size--;
            System.arraycopy(sequences, at + 1, sequences, at, size - at);
            System.arraycopy(moments, at + 1, moments, at, size - at);
            if (size >= FEW && size <= sequences.length / 4) {
                resize(2 * size);
            }
        }

        private void resize(int length) {
            sequences = Arrays.copyOf(sequences, length);
            moments = Arrays.copyOf(moments, length);
        }

        /** The later half, which is here no more. */
        private Block split() {
            int kept = size / 2;
            Block later = new Block();
            later.sequences = Arrays.copyOfRange(sequences, kept, kept + BLOCK_RECORDS);
            later.moments = Arrays.copyOfRange(moments, kept, kept + BLOCK_RECORDS);
            later.size = size - kept;
            size = kept;
            return later;
        }
    }

    int size() {
        return size;
    }

    /** When the first of them was written. */
    OptionalLong firstMoment() {
        return size == 0 ? OptionalLong.empty() : OptionalLong.of(blocks.getFirst().moments[0]);
    }

    /** Adds a record, or changes its moment. */
    void put(long sequence, long moment) {
        int at = Math.max(0, blockOf(sequence));
        if (blocks.isEmpty()) {
            blocks.add(new Block());
        }
        Block block = blocks.get(at);
        int place = block.find(sequence);
        if (place >= 0) {
            block.moments[place] = moment;
            return;
        }
        int before = -place - 1;
        if (block.isFull()) {
            boolean isBehindAll = at == blocks.size() - 1 && before == block.size;
            Block later = isBehindAll ? new Block() : block.split();
            blocks.add(at + 1, later);
            if (before >= block.size) {
                before -= block.size;
                block = later;
            }
        }
        block.insert(before, sequence, moment);
        size++;
    }

    void remove(long sequence) {
        int at = blockOf(sequence);
        if (at < 0) {
            return;
        }
        Block block = blocks.get(at);
        int place = block.find(sequence);
        if (place >= 0) {
            block.remove(place);
            size--;
            if (block.size == 0) {
                blocks.remove(at);
            }
        }
    }

    /** The last block that begins with this sequence or one before it; -1 when there is none. */
    private int blockOf(long sequence) {
        int low = 0;
        int high = blocks.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (blocks.get(middle).sequences[0] <= sequence) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
