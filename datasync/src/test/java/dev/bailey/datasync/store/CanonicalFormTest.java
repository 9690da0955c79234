package dev.bailey.datasync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.route.EntityKey;
import dev.bailey.model.spec.KeyNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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

    @Test
    void keysOfSeveralPartsAreSpelledAndOrderedAsTheGuideSays() throws Exception {
        String guide = Files.readString(Path.of("../docs/guide/canonical-form.md"));
        KeyKind kind = KeyKind.of(KeyPart.TEXT, KeyPart.INTEGER);
        List<EntityKey> keys = new ArrayList<>();
        for (var row : Pattern.compile("(?m)^\\| `([^`]*)` \\| `([^`]*)` \\| `([^`]*)` \\|$")
                .matcher(guide)
                .results()
                .toList()) {
            ObjectNode raw = JSON.createObjectNode()
                    .put("number", Long.parseLong(row.group(2)))
                    .put("tenant", row.group(1));
            Document document = Document.of(KeyNames.of("tenant", "number"), raw);
            assertThat(document.key().value()).isEqualTo(row.group(3));
            assertThat(document.keyKind()).isEqualTo(kind);
            assertThat(kind.split(document.key())).containsExactly(row.group(1), row.group(2));
            keys.add(document.key());
        }
        assertThat(keys).hasSizeGreaterThan(10);
        assertThat(keys.reversed().stream().sorted(kind.order()).toList()).isEqualTo(keys);
    }

    @Test
    void eachPartHasItsCanonicalSpelling() {
        KeyKind kind = KeyKind.of(KeyPart.TEXT, KeyPart.UUID, KeyPart.INTEGER);
        String uuid = "f0000000-0000-4000-8000-00000000000a";
        assertThat(kind.canonical(new EntityKey("a~1B/" + uuid.toUpperCase(java.util.Locale.ROOT) + "/007")))
                .contains(new EntityKey("a~1B/" + uuid + "/7"));
        for (String none :
                List.of("a", "a/b/1", "a/" + uuid, "a/" + uuid + "/x", "a/" + uuid + "/1/2", "~/" + uuid + "/1")) {
            assertThat(kind.canonical(new EntityKey(none))).as(none).isEmpty();
        }
        assertThat(kind.label()).isEqualTo("(text, uuid, integer)");
        assertThat(kind.isAs(KeyKind.of(KeyPart.TEXT, KeyPart.TEXT, KeyPart.INTEGER)))
                .isTrue();
        assertThat(kind.with(KeyKind.of(KeyPart.TEXT, KeyPart.TEXT, KeyPart.INTEGER)))
                .isEqualTo(KeyKind.of(KeyPart.TEXT, KeyPart.TEXT, KeyPart.INTEGER));
        assertThat(kind.isAs(KeyKind.of(KeyPart.TEXT, KeyPart.UUID))).isFalse();
        assertThat(kind.isAs(KeyKind.of(KeyPart.TEXT, KeyPart.UUID, KeyPart.TEXT)))
                .isFalse();
    }

    @Test
    void aKeyWithoutOneOfItsPartsIsRefused() {
        assertThatThrownBy(() ->
                        Document.of(KeyNames.of("tenant", "number"), (ObjectNode) JSON.readTree("{\"tenant\": \"a\"}")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("key field number is absent");
    }
}
