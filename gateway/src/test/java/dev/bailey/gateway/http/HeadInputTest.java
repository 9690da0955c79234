package dev.bailey.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadInputTest {

    private final HeadInput input = new HeadInput(new Scratch());

    private List<String> targets(String text, int partLength) throws MalformedException {
        List<String> targets = new ArrayList<>();
        ByteBuf all = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        while (all.isReadable()) {
            ByteBuf part = all.readSlice(Math.min(partLength, all.readableBytes()));
            while (part.isReadable()) {
                RequestHead head = input.request(part);
                if (head != null) {
                    targets.add(head.target());
                }
            }
        }
        return targets;
    }

    @Test
    void requestsAreTheSameHoweverTheyArrive() throws MalformedException {
        Random random = new Random(42);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            text.append("\r\n".repeat(random.nextInt(5)))
                    .append("GET /")
                    .append(i)
                    .append(" HTTP/1.1\r\nHost: h\r\nX: ");
            text.append("a".repeat(random.nextInt(i % 8 == 0 ? 7_000 : 50))).append("\r\n\r\n");
            expected.add("/" + i);
        }
        for (int partLength : new int[] {1, 2, 3, 5, 100, 2_047, 2_048, 2_049, 100_000}) {
            assertThat(targets(text.toString(), partLength))
                    .as("parts of %d", partLength)
                    .isEqualTo(expected);
            assertThat(input.hasBegun()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1_000})
    void aFewEmptyLinesBeforeARequestArePassedOverAndNoMore(int partLength) throws MalformedException {
        assertThat(targets("\r\n".repeat(4), partLength)).isEmpty();
        assertThat(input.hasBegun()).as("an empty line is no beginning").isFalse();
        assertThat(targets("GET /a HTTP/1.1\r\nHost: h\r\n\r\n", partLength)).containsExactly("/a");
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> targets("\r\n".repeat(5), partLength));
    }

    @Test
    void aHeadThatNeverEndsIsRefused() {
        for (int partLength : new int[] {10, 1_000, 200_000}) {
            HeadInput fresh = new HeadInput(new Scratch());
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> {
                for (int i = 0; i < 200_000 / partLength; i++) {
                    ByteBuf part = Unpooled.copiedBuffer("a".repeat(partLength), StandardCharsets.US_ASCII);
                    assertThat(fresh.answer(part, false)).isNull();
                    assertThat(part.isReadable()).isFalse();
                    if (i == 0) {
                        fresh.forget();
                        fresh.answer(Unpooled.copiedBuffer("HTTP/1.1 200 OK\r\nX: ", StandardCharsets.US_ASCII), false);
                    }
                }
            });
        }
    }
}
