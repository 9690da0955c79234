package dev.bailey.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {

    private final BodyReader reader = new BodyReader(new HeadReader());
    private final StringBuilder body = new StringBuilder();
    private int ends;
    private @Nullable Trailers trailers;

    private final BodyReader.Sink sink = new BodyReader.Sink() {
        @Override
        public void data(ByteBuf piece) {
            assertThat(piece.isReadable()).isTrue();
            body.append(piece.toString(StandardCharsets.ISO_8859_1));
            piece.release();
        }

        @Override
        public void end(@Nullable Trailers behind) {
            ends++;
            trailers = behind;
        }
    };

    /** What is left of the text once the body has ended. */
    private String read(String text, int partLength) throws MalformedException {
        ByteBuf all = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        while (all.isReadable() && reader.isReading()) {
            ByteBuf part = all.readSlice(Math.min(partLength, all.readableBytes()));
            reader.read(part, sink);
            all.readerIndex(all.readerIndex() - part.readableBytes());
        }
        assertThat(all.refCnt()).isEqualTo(1);
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void chunksAndTrailersAreTheSameHoweverTheyArrive(int partLength) throws MalformedException {
        reader.begin(RequestHead.CHUNKED);
        String left =
                read("5\r\nhello\r\n00A ;x=\"y\"\r\n0123456789\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\nGET /", partLength);
        assertThat(body).hasToString("hello0123456789");
        assertThat(ends).isEqualTo(1);
        assertThat(trailers).isNotNull();
        assertThat(trailers.first("X-B")).isEqualTo("2");
        assertThat(left).isEqualTo("GET /");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1_000})
    void aLengthEndsWhereItSays(int partLength) throws MalformedException {
        reader.begin(5);
        assertThat(read("helloGET /", partLength)).isEqualTo("GET /");
        assertThat(body).hasToString("hello");
        assertThat(ends).isEqualTo(1);
        assertThat(trailers).isNull();
    }

    @Test
    void withoutALengthEverythingIsBodyAndTheConnectionEndsIt() throws MalformedException {
        reader.begin(AnswerHead.UNTIL_CLOSE);
        assertThat(read("hello HTTP/1.1 200 OK\r\n\r\n", 4)).isEmpty();
        assertThat(reader.isUntilClose()).isTrue();
        assertThat(ends).isZero();
        reader.stop();
        assertThat(reader.isReading()).isFalse();
    }

    @Test
    void nothingIsReadOfAnEmptyBody() {
        reader.begin(0);
        assertThat(reader.isReading()).isFalse();
    }

    @Test
    void oneReaderServesOneBodyAfterTheOther() throws MalformedException {
        reader.begin(RequestHead.CHUNKED);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> read("3\r\nabcX", 1));
        reader.begin(RequestHead.CHUNKED);
        read("1\r\nd\r\n0\r\n\r\n", 1);
        assertThat(body).hasToString("abcd");
        assertThat(ends).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                " 5\r\n",
                "+5\r\n",
                "-5\r\n",
                "0x5\r\n",
                "5\n",
                "5\r\r\n",
                "5 5\r\n",
                "5\u000b\r\n",
                "5;\0\r\n",
                "5;a\n\r\n",
                "1000000000000000\r\n",
                "5\r\nhelloX\r",
                "5\r\nhello\rX",
                "5\r\nhello\n",
                "0\r\nX : y\r\n\r\n",
                "0\r\n X: y\r\n\r\n",
                "0\r\nX: y\n\r\n",
                "0\r\nContent_Length: 1\r\n\r\n",
                "0\r\n\n"
            })
    void brokenFramingIsRefusedInOnePieceAndByteByByte(String text) {
        for (int partLength : new int[] {1, 1_000}) {
            reader.begin(RequestHead.CHUNKED);
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> read(text, partLength))
                    .satisfies(refused -> assertThat(refused.status()).isEqualTo(400));
            assertThat(ends).isZero();
        }
    }

    @Test
    void linesOfFramingHaveBounds() {
        reader.begin(RequestHead.CHUNKED);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> read("5;" + "a".repeat(1_100), 100));
        reader.begin(RequestHead.CHUNKED);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> read("0\r\n" + "X-A: b\r\n".repeat(1_100), 100))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(431));
    }
}
