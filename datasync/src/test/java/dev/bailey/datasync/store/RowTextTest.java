package dev.bailey.datasync.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RowTextTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static Document document(String json) throws StoreException {
        return Document.of("id", (ObjectNode) JSON.readTree(json.replace('\'', '"')));
    }

    private static String text(String json) throws StoreException {
        return new String(RowText.of(document(json).body()), StandardCharsets.UTF_8).replace(RowText.END, ';');
    }

    @Test
    void spellsEveryKindAsTheGuideSays() throws StoreException {
        assertThat(text("{'id': 1, 'total': 10.10}")).isEqualTo("2:idn1;5:totaln10.1;");
        assertThat(text("{'id': 'ä', 'b': true, 'c': false, 'd': null}")).isEqualTo("1:bt;1:cf;2:idsä;");
        assertThat(text("{'id': 1, 'ü': [1, null], 'o': {'b': 1.0, 'a': ''}}"))
                .isEqualTo("2:idn1;1:oj14:{\"a\":\"\",\"b\":1};2:üj8:[1,null];");
        assertThat(text("{'id': 1, 't': 'a\\u001fb'}")).isEqualTo("2:idn1;1:tx3:a;b;");
    }

    @Test
    void theDigestsAreThePublishedOnes() throws StoreException {
        Document document = document("{'total': 10.10, 'id': 1}");
        // printf '2:idn1\x1f5:totaln10.1\x1f' | md5sum
        assertThat(Long.toHexString(document.digest(RowHash.MD5))).isEqualTo("e3bc28f87c391b4c");
        // select to_hex(hashtextextended(E'2:idn1\x1f5:totaln10.1\x1f', 0))
        assertThat(Long.toHexString(document.digest(RowHash.LOOKUP3))).isEqualTo("7f6ae1ca01f9d594");
        // select to_hex(hashtextextended(cast(row(1, 10.1) as text), 0))
        RecordHash record = new RecordHash(Map.of("id", RecordHash.Kind.NUMBER, "total", RecordHash.Kind.NUMBER));
        assertThat(Long.toHexString(document.digest(record))).isEqualTo("b4b8fb2acd8c08a1");
    }

    @Test
    void lookup3IsPostgresOwnAtEveryLength() {
        // select to_hex(hashtextextended(substr('The quick brown fox jumps', 1, n), 0))
        Map<Integer, String> published = new HashMap<>();
        published.put(0, "9fb1b765a7ea466d");
        published.put(1, "ed6daa8f0b52d3dc");
        published.put(2, "4da0c4d5c27672ed");
        published.put(3, "926767cb834dfb12");
        published.put(4, "10dab496e06cb47d");
        published.put(5, "f2536b0e4ea46196");
        published.put(6, "30286ed67a1430a5");
        published.put(7, "d9cc885f0644d774");
        published.put(8, "ea90bac1e47d3297");
        published.put(9, "d41251da36a5e38e");
        published.put(10, "5bc9776d58d841b1");
        published.put(11, "27d24b3f7ea8046d");
        published.put(12, "802e6bcc04f148b8");
        published.put(13, "ca60c4c29143467b");
        published.put(23, "a7e35427b64d8a89");
        published.put(24, "7407687fb76ee0f4");
        published.put(25, "a4d9bf4d51b4d804");
        published.forEach((length, hash) -> assertThat(Long.toHexString(RowHash.LOOKUP3.of(
                        "The quick brown fox jumps".substring(0, length).getBytes(StandardCharsets.UTF_8))))
                .as("%d bytes", length)
                .isEqualTo(hash));
    }

    @Test
    void documentsThatDifferHaveOtherTexts() throws StoreException {
        List<String> all = List.of(
                "{'id': 1}",
                "{'id': '1'}",
                "{'id': 1, 'a': ''}",
                "{'id': 1, 'a': 'null'}",
                "{'id': 1, 'a': [null]}",
                "{'id': 1, 'a': []}",
                "{'id': 1, 'a': {}}",
                "{'id': 1, 'a': true}",
                "{'id': 1, 'a': 'true'}",
                "{'id': 1, 'a': 't'}",
                "{'id': 1, 'a': 'x\\u001f1:bsy'}",
                "{'id': 1, 'a': 'x', 'b': 'y'}",
                "{'id': 1, 'a': '1:x'}",
                "{'id': 1, 'b': 'x', 'a': 'y'}");
        assertThat(all.stream().map(RowTextTest::textOf).distinct()).hasSize(all.size());
    }

    private static String textOf(String json) {
        try {
            return text(json);
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }
}
