package dev.bailey.model.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PathSpansTest {

    /** Pieces that hold every case of escapes, UTF-8, dots and slashes, at every distance from the end of a word. */
    private static final String[] PIECES = {
        "/",
        "/",
        "/",
        "//",
        "a",
        "bc",
        "orders",
        "longer-than-a-word",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        "%2F",
        "%61",
        "%25",
        "%zz",
        "%",
        "%4",
        "%C3%BC",
        "%c3",
        "%E0%A0%80",
        "%E0%9F%BF",
        "%ED%A0%80",
        "%ED%9F%BF",
        "%F0%9F%9A%9A",
        "%F0%8F%80%80",
        "%F4%8F%BF%BF",
        "%F4%90%80%80",
        "%C1%81",
        "%F5",
        "%80",
        "%00",
        "\u00fc",
        "\u6ce8"
    };

    @Test
    void bytesAreCutAsTheStringIs() {
        Random random = new Random(8_128);
        PathSpans spans = new PathSpans();
        for (int round = 0; round < 50_000; round++) {
            StringBuilder path = new StringBuilder("/");
            for (int i = random.nextInt(9); i > 0; i--) {
                path.append(PIECES[random.nextInt(round % 2 == 0 ? PIECES.length : 14)]);
            }
            RequestFacts facts = new HeadFacts(Fixture.request("GET " + path));

            assertThat(spans.read(facts)).isTrue();
            assertThat(segments(spans)).as("%s", path).isEqualTo(PathSegments.of(path.toString()));
        }
    }

    @Test
    void manySegmentsAreManySegments() {
        PathSpans spans = new PathSpans();
        String path = "/a".repeat(5_000);

        assertThat(spans.read(Fixture.request("GET " + path))).isTrue();
        assertThat(spans.count()).isEqualTo(5_000);
        assertThat(spans.read(Fixture.request("GET " + path + "%61".repeat(5_000))))
                .isTrue();
        assertThat(segments(spans)[4_999]).hasSize(5_001);
        assertThat(spans.read(Fixture.request("OPTIONS *"))).isFalse();
        assertThat(spans.count()).isZero();
    }

    private static String[] segments(PathSpans spans) {
        String[] segments = new String[spans.count()];
        for (int i = 0; i < segments.length; i++) {
            segments[i] =
                    new String(spans.bytes(i), spans.from(i), spans.to(i) - spans.from(i), StandardCharsets.UTF_8);
        }
        return segments;
    }
}
