package dev.bailey.datasync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.route.EntityKey;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CanonicalFormTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static Document document(String json) throws StoreException {
        return Document.of("id", (ObjectNode) JSON.readTree(json));
    }

    @Test
    void oneNumberHasOneSpelling() throws StoreException {
        Document plain = document("{'id': 1, 'total': 10.1}".replace('\'', '"'));
        for (String spelling : List.of("10.10", "10.100", "1.01e1", "101E-1")) {
            assertThat(document(("{'id': 1.0, 'total': " + spelling + "}").replace('\'', '"'))
                            .sameAs(plain))
                    .as(spelling)
                    .isTrue();
        }
        assertThat(document("{\"id\": 1, \"total\": 10.11}").sameAs(plain)).isFalse();
        assertThat(document("{\"id\": 1, \"total\": \"10.1\"}").sameAs(plain)).isFalse();
    }

    @Test
    void aNullMemberIsAnAbsentOneAndOrderDoesNotCount() throws StoreException {
        Document one = document("{\"id\": 1, \"a\": null, \"b\": {\"x\": 1, \"y\": null}, \"c\": [null]}");
        Document other = document("{\"c\": [null], \"b\": {\"x\": 1.0}, \"id\": 1}");
        assertThat(one.sameAs(other)).isTrue();
        assertThat(one.digest(RowHash.MD5)).isEqualTo(other.digest(RowHash.MD5));
        assertThat(document("{\"id\": 1, \"b\": {\"x\": 1}, \"c\": []}").sameAs(one))
                .isFalse();
    }

    @Test
    void aHugeExponentDoesNotBecomeGigabytes() throws StoreException {
        assertThat(document("{\"id\": 1, \"total\": 1e999999999}")
                        .body()
                        .get("total")
                        .isString())
                .isTrue();
    }

    @Test
    void namesThePathsThatDiffer() throws StoreException {
        Document a =
                document("{\"id\": 1, \"a/b\": 1, \"lines\": [{\"q\": 1}, {\"q\": 2}], \"tags\": [1], \"gone\": 1}");
        Document b = document("{\"id\": 1, \"a/b\": 2, \"lines\": [{\"q\": 1}, {\"q\": 3}], \"tags\": [1, 2]}");
        assertThat(a.pathsDiffering(b, 10)).containsExactly("/a~1b", "/gone", "/lines/1/q", "/tags");
        assertThat(a.pathsDiffering(b, 2)).hasSize(2);
    }

    @Test
    void aDocumentWithoutAKeyIsRefused() {
        for (String json : List.of("{}", "{\"id\": null}", "{\"id\": \"\"}", "{\"id\": 1.5}", "{\"id\": true}")) {
            assertThatThrownBy(() -> document(json))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("key field id")
                    .hasMessageContaining("whole number");
        }
    }

    @Test
    void textKeysAreOrderedByTheirBytes() {
        // In UTF-16 the last two would stand the other way round.
        List<String> ordered = List.of("", "10", "9", "Z", "a", "ab", "é", "\uffee", "\ud83d\ude00");
        List<EntityKey> keys = ordered.stream()
                .filter(text -> !text.isEmpty())
                .map(EntityKey::new)
                .toList();
        assertThat(keys.reversed().stream().sorted(KeyKind.TEXT.order()).toList())
                .isEqualTo(keys);
        assertThat(Stream.of("10", "9", "-1")
                        .map(EntityKey::new)
                        .sorted(KeyKind.INTEGER.order())
                        .map(EntityKey::value))
                .containsExactly("-1", "9", "10");
    }
}
