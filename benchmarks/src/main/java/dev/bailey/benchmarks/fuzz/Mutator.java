package dev.bailey.benchmarks.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Changes inputs a little: bytes, lines, numbers, tokens of the dictionary, pieces of other inputs. Used by one thread. */
final class Mutator {

    private static final int MAX_LENGTH = 80 * 1024;
    private static final int MAX_STEPS = 5;
    private static final byte[] TELLING = "\r\n\0\t \u000b\f\u0085\u00a0:,;_-+.%*/?#\\\"0159aAxX\u007f\u00ff\u0001"
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

    private final Random random;
    private final Corpus corpus;

    Mutator(Random random, Corpus corpus) {
        this.random = random;
        this.corpus = corpus;
    }

    Input next() {
        Input from = corpus.any(random);
        byte[] bytes = from.bytes();
        int steps = 1 + random.nextInt(MAX_STEPS);
        for (int i = 0; i < steps; i++) {
            bytes = step(bytes);
        }
        return new Input(from.kind(), bytes.length > MAX_LENGTH ? Arrays.copyOf(bytes, MAX_LENGTH) : bytes);
    }

    private byte[] step(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(18)) {
            case 0 -> flip(bytes, at);
            case 1 -> put(bytes, at, Math.min(bytes.length, at + 1), telling());
            case 2, 3 -> put(bytes, at, at, telling());
            case 4 -> put(bytes, at, end(bytes, at, 1 + random.nextInt(8)), new byte[0]);
            case 5 -> put(bytes, at, at, Arrays.copyOfRange(bytes, at, end(bytes, at, 1 + random.nextInt(64))));
            case 6, 7, 8 -> put(bytes, lineStart(bytes, at), lineStart(bytes, at), Dictionary.line(random));
            case 9 -> put(bytes, at, at, Dictionary.token(random));
            case 10 -> number(bytes, at);
            case 11 -> lineEnd(bytes, at);
            case 12 -> line(bytes, at);
            case 13 -> swapCase(bytes, at);
            case 14 -> splice(bytes, at);
            case 15 -> name(bytes, at);
            case 16 -> value(bytes, at);
            default -> random.nextInt(40) == 0 ? grow(bytes, at) : flip(bytes, at);
        };
    }

    private static int end(byte[] bytes, int at, int length) {
        return Math.min(bytes.length, at + length);
    }

    private static byte[] put(byte[] bytes, int from, int to, byte[] with) {
        byte[] changed = Arrays.copyOf(bytes, bytes.length - (to - from) + with.length);
        System.arraycopy(with, 0, changed, from, with.length);
        System.arraycopy(bytes, to, changed, from + with.length, bytes.length - to);
        return changed;
    }

    private byte[] telling() {
        return new byte[] {random.nextInt(8) == 0 ? (byte) random.nextInt(256) : TELLING[random.nextInt(TELLING.length)]
        };
    }

    private byte[] flip(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        if (at < bytes.length) {
            changed[at] ^= (byte) (1 << random.nextInt(8));
        }
        return changed;
    }

    private byte[] swapCase(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        for (int i = at; i < end(bytes, at, 1 + random.nextInt(16)); i++) {
            if (Character.isLetter(changed[i])) {
                changed[i] ^= 0x20;
            }
        }
        return changed;
    }

    /** Another number in the place of the next one. */
    private byte[] number(byte[] bytes, int at) {
        int from = at;
        while (from < bytes.length && !Character.isDigit(bytes[from])) {
            from++;
        }
        int to = from;
        while (to < bytes.length && Character.isDigit(bytes[to])) {
            to++;
        }
        return put(bytes, from, to, Dictionary.number(random));
    }

    private static int lineStart(byte[] bytes, int at) {
        int from = Math.min(at, bytes.length);
        while (from > 0 && bytes[from - 1] != '\n') {
            from--;
        }
        return from;
    }

    private static int lineTo(byte[] bytes, int at) {
        int to = at;
        while (to < bytes.length && bytes[to] != '\n') {
            to++;
        }
        return Math.min(bytes.length, to + 1);
    }

    private byte[] lineEnd(byte[] bytes, int at) {
        int to = lineTo(bytes, at);
        int from = to;
        while (from > 0 && (bytes[from - 1] == '\n' || bytes[from - 1] == '\r')) {
            from--;
        }
        return put(bytes, Math.min(from, to), to, Dictionary.lineEnd(random));
    }

    /** A line twice, away, or at another place. */
    private byte[] line(byte[] bytes, int at) {
        int from = lineStart(bytes, at);
        int to = lineTo(bytes, from);
        byte[] line = Arrays.copyOfRange(bytes, from, to);
        return switch (random.nextInt(4)) {
            case 0 -> put(bytes, from, to, new byte[0]);
            case 1 -> put(bytes, from, from, line);
            case 2 -> {
                int elsewhere = lineStart(bytes, random.nextInt(bytes.length + 1));
                yield put(bytes, elsewhere, elsewhere, line);
            }
            default -> {
                byte[] without = put(bytes, from, to, new byte[0]);
                int elsewhere = lineStart(without, random.nextInt(without.length + 1));
                yield put(without, elsewhere, elsewhere, line);
            }
        };
    }

    /** What stands before a line's colon, replaced. */
    private byte[] name(byte[] bytes, int at) {
        int from = lineStart(bytes, at);
        int colon = from;
        while (colon < bytes.length && bytes[colon] != ':' && bytes[colon] != '\n') {
            colon++;
        }
        return put(bytes, from, colon, Dictionary.name(random));
    }

    /** What stands behind a line's colon, replaced. */
    private byte[] value(byte[] bytes, int at) {
        int to = lineTo(bytes, at);
        int from = lineStart(bytes, at);
        while (from < to && bytes[from] != ':') {
            from++;
        }
        int valueTo = Math.max(from, to - 2);
        return from + 1 > valueTo ? bytes : put(bytes, from + 1, valueTo, Dictionary.value(random));
    }

    /** The beginning of this and the rest of another input. */
    private byte[] splice(byte[] bytes, int at) {
        byte[] other = corpus.any(random).bytes();
        int from = random.nextBoolean() ? lineStart(bytes, at) : at;
        int its = lineStart(other, random.nextInt(other.length + 1));
        return put(
                bytes, from, random.nextBoolean() ? bytes.length : from, Arrays.copyOfRange(other, its, other.length));
    }

    /** So long that a bound is near. */
    private byte[] grow(byte[] bytes, int at) {
        int from = lineStart(bytes, at);
        byte[] line = Arrays.copyOfRange(bytes, from, lineTo(bytes, from));
        if (random.nextBoolean() && line.length > 0) {
            int times = Math.min(1 + random.nextInt(300), MAX_LENGTH / line.length);
            byte[] many = new byte[line.length * times];
            for (int i = 0; i < times; i++) {
                System.arraycopy(line, 0, many, i * line.length, line.length);
            }
            return put(bytes, from, from, many);
        }
        byte[] run = new byte[Dictionary.length(random)];
        Arrays.fill(run, random.nextBoolean() ? (byte) 'a' : telling()[0]);
        return put(bytes, at, at, run);
    }
}
