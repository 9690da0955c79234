package dev.bailey.benchmarks.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A simple reader of HTTP/1.1 that shares no code with the gateway, lenient as servers of another age are. */
final class LenientReader {

    /**
     * @param start the first line
     * @param complete whether the whole body was there
     */
    record Message(String start, String body, boolean complete) {

        /** Of an answer; 0 when its first line has none. */
        int status() {
            String status = start.startsWith("HTTP/1.") && start.length() >= 12 ? start.substring(9, 12) : "";
            return status.matches("[0-9]{3}") ? Integer.parseInt(status) : 0;
        }
    }

    private final Leniency leniency;
    private final String text;
    private int at;

    LenientReader(Leniency leniency, byte[] bytes) {
        this.leniency = leniency;
        this.text = new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The next request that is there in full, or null; then nothing is used up. */
    @Nullable
    Message nextRequest() {
        return next(false, false);
    }

    /** The next answer that is there in full, or null; then nothing is used up. */
    @Nullable
    Message nextAnswer(boolean toHead) {
        return next(true, toHead);
    }

    private @Nullable Message next(boolean isAnswer, boolean toHead) {
        int before = at;
        Message message = message(isAnswer, toHead);
        if (message.complete()) {
            return message;
        }
        at = before;
        return null;
    }

    /** How many bytes were used up. */
    int position() {
        return at;
    }

    List<Message> requests() {
        List<Message> read = new ArrayList<>();
        while (at < text.length()) {
            read.add(message(false, false));
        }
        return read;
    }

    /** @param toHead whether the last answer is to HEAD, and so without a body */
    List<Message> answers(boolean toHead) {
        List<Message> read = new ArrayList<>();
        while (at < text.length()) {
            read.add(message(true, toHead));
        }
        return read;
    }

    private Message message(boolean isAnswer, boolean toHead) {
        String start = line();
        while (start != null && start.isEmpty()) {
            start = line();
        }
        if (start == null) {
            return new Message("", "", false);
        }
        List<String> lengths = new ArrayList<>();
        List<String> codings = new ArrayList<>();
        if (!fields(lengths, codings)) {
            return new Message(start, "", false);
        }
        boolean chunked = codings.stream().anyMatch(this::isChunked);
        if (isAnswer && (toHead || start.startsWith(" 304", 8))) {
            return new Message(start, "", true);
        }
        if (chunked && !(leniency.lengthWins() && !lengths.isEmpty())) {
            return chunks(start);
        }
        if (lengths.isEmpty()) {
            boolean untilClose = isAnswer && !start.startsWith(" 1", 8) && !start.startsWith(" 204", 8);
            return fixed(start, untilClose ? text.length() - at : 0);
        }
        return fixed(start, length(leniency.lastLength() ? lengths.getLast() : lengths.getFirst()));
    }

    private boolean fields(List<String> lengths, List<String> codings) {
        List<String> lines = new ArrayList<>();
        while (true) {
            String line = line();
            if (line == null) {
                return false;
            }
            if (line.isEmpty() || (leniency.blankEnds() && line.trim().isEmpty())) {
                break;
            }
            boolean folded = line.charAt(0) == ' ' || line.charAt(0) == '\t';
            if (folded && !leniency.foldIsField() && !lines.isEmpty()) {
                lines.set(lines.size() - 1, lines.getLast() + " " + line.trim());
            } else {
                lines.add(folded ? line.trim() : line);
            }
        }
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            name = leniency.trims() ? name.trim() : name;
            name = leniency.underscores() ? name.replace('_', '-') : name;
            String value = line.substring(colon + 1);
            if (name.equals("content-length")) {
                lengths.add(value);
            } else if (name.equals("transfer-encoding")) {
                codings.add(value);
            }
        }
        return true;
    }

    private boolean isChunked(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return leniency.looseCoding() ? lower.contains("chunked") : bare(lower).equals("chunked");
    }

    /** Without what stands around it: white space, or anything up to it for readers that trim as Java does. */
    private String bare(String value) {
        return leniency.trims() ? value.trim() : value.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    /** The number a value begins with; 0 when it does not begin with one. */
    private long length(String value) {
        long length = 0;
        String digits = bare(value);
        for (int i = digits.startsWith("+") ? 1 : 0; i < digits.length() && length < 1L << 40; i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                break;
            }
            length = length * 10 + (c - '0');
        }
        return length;
    }

    private Message fixed(String start, long length) {
        int to = (int) Math.min(text.length(), at + length);
        String body = text.substring(at, to);
        at = to;
        return new Message(start, body, body.length() == length);
    }

    private Message chunks(String start) {
        StringBuilder body = new StringBuilder();
        while (true) {
            String line = line();
            int size = line == null ? -1 : hexadecimal(line);
            if (size < 0 || at + size > text.length()) {
                at = text.length();
                return new Message(start, body.toString(), false);
            }
            body.append(text, at, at + size);
            at += size;
            String behind = line();
            if (size == 0) {
                while (behind != null && !behind.isEmpty()) {
                    behind = line();
                }
                return new Message(start, body.toString(), behind != null);
            }
            if (behind == null || !behind.isEmpty()) {
                at = text.length();
                return new Message(start, body.toString(), false);
            }
        }
    }

    private static int hexadecimal(String line) {
        int size = 0;
        int digits = 0;
        for (char c : line.trim().toCharArray()) {
            int digit = Character.digit(c, 16);
            if (digit < 0 || size > 1 << 24) {
                break;
            }
            size = size << 4 | digit;
            digits++;
        }
        return digits == 0 ? -1 : size;
    }

    /** Null when no line ends before the bytes do; then they are used up. */
    private @Nullable String line() {
        for (int end = at; end < text.length(); end++) {
            char c = text.charAt(end);
            boolean pair = c == '\r' && end + 1 < text.length() && text.charAt(end + 1) == '\n';
            if (pair || (c == '\n' && leniency.bareLf()) || (c == '\r' && leniency.bareCr())) {
                String line = text.substring(at, end);
                at = end + (pair ? 2 : 1);
                int nul = leniency.nulEnds() ? line.indexOf('\0') : -1;
                return nul < 0 ? line : line.substring(0, nul);
            }
        }
        at = text.length();
        return null;
    }
}
