package dev.bailey.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.gateway.Bridge;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.Translator.TranslationException;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.KeySource;
import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.MissingKey;
import dev.bailey.model.spec.RouteSpec;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.TranslateSpec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonataTranslatorTest {

    private static final URI ANY = URI.create("http://127.0.0.1:1");

    private static MigrationSpec spec(String path, String request, String response) {
        return Bridge.between(ANY, ANY)
                .translate(new TranslateSpec(Optional.of(path), Optional.of(request), Optional.of(response), Map.of()))
                .spec();
    }

    private static RouteMatch match(MigrationSpec spec, String label, Map<String, String> values) {
        SliceSpec slice = spec.slices().getFirst();
        RouteSpec route = slice.routes().stream()
                .filter(known -> known.label().equals(label))
                .findFirst()
                .orElseThrow();
        return new RouteMatch(slice, route, values);
    }

    private static String answer(String expression, String document) throws TranslationException {
        MigrationSpec spec = spec("/v2/orders", "$", expression);
        byte[] turned = JsonataTranslator.of(spec)
                .fromSide(Side.MODERN, match(spec, "GET /orders/{id}", Map.of("id", "7")), 200, bytes(document));
        return new String(turned, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "total | {\"total\":10.10} | 10.10",
                "$ | {\"a\":9007199254740993,\"b\":123456789012345678901234567890,\"c\":1.0} | {\"a\":9007199254740993,\"b\":123456789012345678901234567890,\"c\":1.0}",
                "cents / 100 | {\"cents\":1010} | 10.1",
                "cents / 100 | {\"cents\":1000} | 10",
                "a + b | {\"a\":0.1,\"b\":0.2} | 0.3",
                "price * count | {\"price\":10.10,\"count\":3} | 30.3",
                "$number(total) | {\"total\":\"10.10\"} | 10.10",
                "$number(id) | {\"id\":\"9007199254740993\"} | 9007199254740993",
                "$string(total) | {\"total\":10.10} | \"10.10\"",
                "{ 'n': nothing, 'z': empty } | {\"empty\":null} | {\"z\":null}",
                "$key & '/' & $id | {} | \"7/7\"",
                "lines.sku | {\"lines\":[{\"sku\":\"a\"},{\"sku\":\"b\"}]} | [\"a\",\"b\"]",
                "1e21 | {} | 1000000000000000000000"
            })
    void numbersAndShapesStayWhatTheyAre(String expression, String document, String expected)
            throws TranslationException {
        assertThat(answer(expression, document)).isEqualTo(expected);
    }

    @Test
    void pathNamesAreEncodedAgainAndTheQueryStays() throws TranslationException {
        MigrationSpec spec = spec("/v2/orders/{id}", "$", "$");
        BufferedRequest turned = JsonataTranslator.of(spec)
                .toSide(
                        Side.MODERN,
                        match(spec, "PUT /orders/{id}", Map.of("id", "a/b c")),
                        new BufferedRequest("PUT", "/orders/a%2Fb%20c?x=1&y=2", List.of(), bytes("{}")),
                        Optional.empty());
        assertThat(turned.target()).isEqualTo("/v2/orders/a%2Fb%20c?x=1&y=2");
        BufferedRequest other = JsonataTranslator.of(spec)
                .toSide(
                        Side.MODERN,
                        match(spec, "POST /orders", Map.of()),
                        new BufferedRequest("POST", "/orders", List.of(), bytes("{}")),
                        Optional.empty());
        assertThat(other.target())
                .as("the template is for routes that have its names")
                .isEqualTo("/orders");
    }

    @Test
    void aMintedKeyOfSeveralPartsIsPutIntoTheBodyPartByPart() throws TranslationException {
        MigrationSpec spec = spec("/v2/orders", "$", "$");
        KeySource key = new KeySource(List.of(
                new EntitySource(EntitySource.Kind.RESPONSE, "/tenant"),
                new EntitySource(EntitySource.Kind.RESPONSE, "/order/number")));
        RouteSpec create = new RouteSpec("POST", "/orders", "", Map.of(), Map.of(), key, MissingKey.LEGACY, true);
        BufferedRequest turned = JsonataTranslator.of(spec)
                .toSide(
                        Side.LEGACY,
                        new RouteMatch(spec.slices().getFirst(), create, Map.of()),
                        new BufferedRequest("POST", "/orders", List.of(), bytes("{\"order\":{\"total\":1}}")),
                        Optional.of(new EntityKey("a~1b/42")));
        assertThat(new String(turned.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"order\":{\"total\":1,\"number\":42},\"tenant\":\"a/b\"}");
    }

    @Test
    void aMintedKeyIsPutIntoTheBodyForTheFollower() throws TranslationException {
        MigrationSpec spec = spec("/v2/orders", "{ 'orderId': id, 'key': $key, 'total': total }", "$");
        RouteMatch create = match(spec, "POST /orders", Map.of());
        JsonataTranslator translator = JsonataTranslator.of(spec);
        BufferedRequest request = new BufferedRequest("POST", "/orders", List.of(), bytes("{\"total\":10.10}"));
        assertThat(new String(
                        translator
                                .toSide(Side.MODERN, create, request, Optional.of(new EntityKey("42")))
                                .body(),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"orderId\":42,\"key\":\"42\",\"total\":10.10}");
        assertThat(new String(
                        translator
                                .toSide(Side.LEGACY, create, request, Optional.of(new EntityKey("o-9")))
                                .body(),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"total\":10.10,\"id\":\"o-9\"}");
    }

    @Test
    void aPaddedIdIsANumberLikeAnyOther() throws TranslationException {
        assertThat(answer("{ 'id': $number($substring(id, 4)) }", "{\"id\":\"ord_000000000336\"}"))
                .isEqualTo("{\"id\":336}");
    }

    @Test
    void errorAnswersAndEmptyOnesPassUnchanged() throws TranslationException {
        MigrationSpec spec = spec("/v2", "$", "nothing");
        RouteMatch read = match(spec, "GET /orders/{id}", Map.of("id", "7"));
        JsonataTranslator translator = JsonataTranslator.of(spec);
        assertThat(translator.fromSide(Side.MODERN, read, 404, bytes("gone"))).isEqualTo(bytes("gone"));
        assertThat(translator.fromSide(Side.MODERN, read, 200, new byte[0])).isEmpty();
        assertThat(translator.translates(Side.LEGACY, read.route())).isFalse();
        assertThat(translator.translates(Side.MODERN, read.route())).isTrue();
    }

    @Test
    void anExpressionThatDoesNotCompileIsNamedWithItsPlace() {
        assertThatThrownBy(() -> JsonataTranslator.of(spec("/v2", "{ 'a': ", "$")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slice orders")
                .hasMessageContaining("request body")
                .hasMessageContaining("at character 7");
        TranslateSpec own = new TranslateSpec(Optional.of("/v2/{order}"), Optional.empty(), Optional.empty(), Map.of());
        TranslateSpec slice = new TranslateSpec(
                Optional.empty(), Optional.empty(), Optional.empty(), Map.of("PUT /orders/{id}", own));
        assertThatThrownBy(() -> JsonataTranslator.of(
                        Bridge.between(ANY, ANY).translate(slice).spec()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no name {order}");
    }

    @Test
    void failuresAreToldWithoutTheDocument() {
        for (String document : new String[] {"secret", "{\"total\":\"secret\"}", "{}"}) {
            assertThatThrownBy(() -> answer("$number(total)", document))
                    .isInstanceOf(TranslationException.class)
                    .hasMessageContaining("slice orders")
                    .hasMessageNotContaining("secret")
                    .satisfies(failure ->
                            assertThat(String.valueOf(failure.getCause())).doesNotContain("secret"));
        }
    }

    @Test
    void anExpressionWithoutEndIsStopped() {
        assertThatThrownBy(() -> answer("($f := function($x) { $f($x + 1) }; $f(0))", "{}"))
                .isInstanceOf(TranslationException.class);
    }

    @Test
    void manyThreadsTranslateAtOnce() {
        MigrationSpec spec = spec("/v2", "$", "{ 'id': id, 'total': $number(total) }");
        JsonataTranslator translator = JsonataTranslator.of(spec);
        RouteMatch read = match(spec, "GET /orders/{id}", Map.of("id", "7"));
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int id = t;
            all.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 200; i++) {
                            try {
                                byte[] turned = translator.fromSide(
                                        Side.MODERN,
                                        read,
                                        200,
                                        bytes("{\"id\":" + id + ",\"total\":\"" + i + ".50\"}"));
                                assertThat(new String(turned, StandardCharsets.UTF_8))
                                        .isEqualTo("{\"id\":" + id + ",\"total\":" + i + ".50}");
                            } catch (TranslationException failed) {
                                throw new AssertionError(failed);
                            }
                        }
                    },
                    task -> Thread.ofVirtual().start(task)));
        }
        all.forEach(CompletableFuture::join);
    }
}
