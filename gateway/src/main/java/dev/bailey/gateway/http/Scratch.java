package dev.bailey.gateway.http;

/** What one event loop reads and writes heads with. Each use ends within the step it began in; used by that loop's thread only. */
public final class Scratch {

    /** An ordinary head fits; a longer one is copied whole once its beginning was not enough. */
    private static final int USUAL_HEAD = 4 * 1024;

    private static final int LONGEST = 96 * 1024;

    private final HeadReader heads = new HeadReader();
    private final ByteWriter out = new ByteWriter(8 * 1024);
    private final ByteWriter added = new ByteWriter(1024);
    private byte[] in = new byte[USUAL_HEAD];

    public HeadReader heads() {
        return heads;
    }

    /** An empty writer for a head. */
    public ByteWriter out() {
        return out.clear();
    }

    /** An empty writer for lines that are added to a head. */
    public ByteWriter added() {
        return added.clear();
    }

    /** Room for so many bytes of a head, at least the usual length, at most the longest. */
    byte[] in(int atLeast) {
        if (in.length < atLeast) {
            in = new byte[Math.min(LONGEST, Math.max(atLeast, in.length * 2))];
        }
        return in;
    }
}
