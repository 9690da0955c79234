package dev.bailey.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WritersTest {

    private static final ByteBufAllocator ALLOC = UnpooledByteBufAllocator.DEFAULT;

    private static String text(ByteWriter out) {
        return new String(out.toArray(), StandardCharsets.ISO_8859_1);
    }

    private static String text(ByteBuf buffer) {
        String text = buffer.toString(StandardCharsets.ISO_8859_1);
        buffer.release();
        return text;
    }

    @Test
    void numbersAreWrittenAsJavaWritesThem() {
        Random random = new Random(42);
        for (int round = 0; round < 10_000; round++) {
            long number = random.nextLong() >>> random.nextInt(64);
            long positive = number & Long.MAX_VALUE;
            assertThat(text(new ByteWriter(0).decimal(positive))).isEqualTo(Long.toString(positive));
            assertThat(text(new ByteWriter(0).hex(number))).isEqualTo(Long.toHexString(number));
            assertThat(text(new ByteWriter(0).hex16(number))).isEqualTo("%016x".formatted(number));
        }
        assertThat(text(new ByteWriter(0).decimal(0).hex(0).decimal(Long.MAX_VALUE)))
                .isEqualTo("00" + Long.MAX_VALUE);
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteWriter(0).decimal(-1));
    }

    @Test
    void aValueCannotEndItsLine() {
        assertThat(text(new ByteWriter(0).field("X-A", "b\r\nX-C: d\0\u007f\u010d\t\u00e4")))
                .isEqualTo("X-A: b  X-C: d  ?\t\u00e4\r\n");
    }

    @Test
    void aWriterGrowsAndIsUsedAgain() {
        ByteWriter out = new ByteWriter(0);
        String word = "0123456789";
        for (int i = 0; i < 1_000; i++) {
            out.ascii(word).bytes(Ascii.bytes(word), 3, 5).crlf();
        }
        assertThat(out.length()).isEqualTo(14_000);
        assertThat(text(out)).startsWith(word + "34\r\n").endsWith(word + "34\r\n");
        assertThat(text(out.clear().ascii("a"))).isEqualTo("a");
    }

    @Test
    void chunksOfAnyLengthAreReadBack() throws MalformedException {
        HeadReader heads = new HeadReader();
        BodyReader reader = new BodyReader(heads);
        for (int length : new int[] {1, 9, 15, 16, 255, 256, 4_096, 4_097, 65_536, 1 << 20}) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);
            ByteBuf written = Unpooled.wrappedBuffer(
                    ChunkWriter.chunk(ALLOC, Unpooled.wrappedBuffer(bytes)), ChunkWriter.last(ALLOC, null));
            ByteBuf read = Unpooled.buffer();
            reader.begin(RequestHead.CHUNKED);
            reader.read(written, new BodyReader.Sink() {
                @Override
                public void data(ByteBuf piece) {
                    read.writeBytes(piece);
                    piece.release();
                }

                @Override
                public void end(@org.jspecify.annotations.Nullable Trailers trailers) {
                    assertThat(trailers).isNull();
                }
            });
            assertThat(reader.isReading()).isFalse();
            assertThat(written.isReadable()).isFalse();
            written.release();
            assertThat(read).isEqualTo(Unpooled.wrappedBuffer(bytes));
        }
    }

    @Test
    void anEmptyChunkWouldEndTheBody() {
        assertThatIllegalArgumentException().isThrownBy(() -> ChunkWriter.chunk(ALLOC, Unpooled.EMPTY_BUFFER));
    }

    @Test
    void trailersStandBehindTheLastChunk() throws MalformedException {
        byte[] bytes = Ascii.bytes("X-A: 1\r\n\r\n");
        Trailers trailers = Objects.requireNonNull(new HeadReader().trailers(bytes, 0, bytes.length));
        assertThat(text(ChunkWriter.last(ALLOC, trailers))).isEqualTo("0\r\nX-A: 1\r\n\r\n");
        byte[] none = Ascii.bytes("\r\n");
        assertThat(text(ChunkWriter.last(ALLOC, new HeadReader().trailers(none, 0, 2))
                        .retain()))
                .isEqualTo("0\r\n\r\n");
    }

    @Test
    void answersOfOnesOwnAreWholeHeads() {
        AnswerHead head = Heads.answer(429, out -> out.field("Content-Length", "2"));
        assertThat(head.status()).isEqualTo(429);
        assertThat(head.bodyLength()).isEqualTo(2);
        assertThatIllegalArgumentException().isThrownBy(() -> Heads.answer(200, out -> out.ascii("no colon\r\n")));
    }
}
