package dev.bailey.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.spec.CompareSpec;
import dev.bailey.model.spec.CompareSpec.Accepted;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparerTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);
    private static final String ROUTE = "GET /api/orders/{id}";

    @Test
    void equalDocumentsMatchWhateverTheOrderOfTheirMembers() {
        assertThat(signatures(CompareSpec.DEFAULTS, "{'a':1,'b':[1,2]}", "{'b':[1,2],'a':1}"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'a':1}               | {}                    | /a missing",
                "{}                    | {'a':1}               | /a extra",
                "{'a':1}               | {'a':2}               | /a changed number",
                "{'a':1}               | {'a':'1'}             | /a type integer→text",
                "{'a':1}               | {'a':1.0}             | /a type integer→decimal",
                "{'a':null}            | {}                    | /a missing",
                "{'a':true}            | {'a':false}           | /a changed boolean",
                "{'a':[{'b':1}]}       | {'a':[{'b':2}]}       | /a/* /b changed number",
                "{'a':[1,2]}           | {'a':[2,1]}           | /a order",
                "{'a':[1,2]}           | {'a':[1]}             | /a/* missing",
                "[]                    | {}                    | / type array→object",
                "{'a':{}}              | {'a':[]}              | /a type object→array",
                "{                     | {}                    | / malformed JSON",
            })
    void namesTheShapeOfADifference(String served, String shadow, String signature) {
        assertThat(signatures(CompareSpec.DEFAULTS, served, shadow))
                .containsExactly(ROUTE + " " + signature.replace("/* /", "/*/"));
    }

    @Test
    void oneCauseInManyEntitiesAndPositionsIsOneSignature() {
        Set<String> seen = new java.util.TreeSet<>();
        for (int i = 0; i < 50; i++) {
            String lines = "{'cents':1},".repeat(i);
            seen.addAll(signatures(
                    CompareSpec.DEFAULTS,
                    "{'lines':[" + lines + "{'cents':" + (i + 2) + "}]}",
                    "{'lines':[" + lines + "{'cents':" + (i + 3) + "}]}"));
        }
        assertThat(seen).containsExactly(ROUTE + " /lines/*/cents changed number");
    }

    @Test
    void everyRuleKindForgivesWhatItNamesAndNothingElse() {
        CompareSpec rules = rules();
        assertThat(signatures(rules, "{'updatedAt':1}", "{'updatedAt':2}")).isEmpty();
        assertThat(signatures(rules, "{'total':10.004}", "{'total':10.0}")).isEmpty();
        assertThat(signatures(rules, "{'total':10.01}", "{'total':10.0}")).hasSize(1);
        assertThat(signatures(rules, "{'other':10.004}", "{'other':10.0}")).hasSize(1);
        assertThat(signatures(rules, "{'createdAt':'2026-11-20 10:00:00'}", "{'createdAt':'2026-11-20T09:00:01Z'}"))
                .isEmpty();
        assertThat(signatures(rules, "{'createdAt':'2026-11-20 10:00:00'}", "{'createdAt':'2026-11-20T09:00:02Z'}"))
                .hasSize(1);
        assertThat(signatures(rules, "{'tags':['a','b','b']}", "{'tags':['b','a','b']}"))
                .isEmpty();
        assertThat(signatures(rules, "{'tags':['a','b','b']}", "{'tags':['b','a','a']}"))
                .containsExactly(ROUTE + " /tags/* missing", ROUTE + " /tags/* extra");
        assertThat(signatures(
                        rules,
                        "{'lines':[{'sku':'A','qty':1},{'sku':'B','qty':2}]}",
                        "{'lines':[{'sku':'B','qty':2},{'sku':'A','qty':3}]}"))
                .containsExactly(ROUTE + " /lines/*/qty changed number");
        assertThat(signatures(rules, "{'note':null,'n':1}", "{'n':1.0}")).isEmpty();
        assertThat(signatures(rules, "{'ref':42}", "{'ref':'ord_000042'}")).isEmpty();
        assertThat(signatures(rules, "{'ref':42}", "{'ref':'ord_000043'}")).hasSize(1);
    }

    @Test
    void anUnorderedArrayIsMatchedUnderTheRulesOfItsElements() {
        CompareSpec rules = new CompareSpec(
                List.of(),
                Map.of("/tags/*/w", new BigDecimal("0.1")),
                Map.of(),
                Optional.empty(),
                List.of("/tags"),
                Map.of(),
                false,
                true,
                Map.of(),
                Set.of(),
                List.of(),
                List.of());
        assertThat(signatures(rules, "{'tags':[{'w':1.0},{'w':2.0}]}", "{'tags':[{'w':2.05},{'w':1}]}"))
                .isEmpty();
    }

    @Test
    void anAcceptedSignatureHidesOnlyItselfAndOnlyUntilItsDay() {
        Accepted accepted = new Accepted(ROUTE + " /note missing", "team", LocalDate.of(2026, 11, 20), "on purpose");
        Comparer comparer = new Comparer(accepting(accepted));
        Answer served = json("{'note':'x','total':1}");
        assertThat(comparer.compare(ROUTE, served, json("{'total':1}"), TODAY)).isInstanceOf(Comparison.Accepted.class);
        assertThat(comparer.compare(ROUTE, served, json("{'total':1}"), TODAY.plusDays(1)))
                .isInstanceOf(Comparison.Difference.class);
        assertThat(comparer.compare(ROUTE, served, json("{'total':2}"), TODAY))
                .isInstanceOfSatisfying(
                        Comparison.Difference.class,
                        found -> assertThat(found.differences())
                                .extracting(each -> each.signature().text())
                                .containsExactly(ROUTE + " /total changed number"));
        assertThat(comparer.compare("GET /other", served, json("{'total':1}"), TODAY))
                .isInstanceOf(Comparison.Difference.class);
    }

    @Test
    void statusComesFirstThenHeadersThatCount() {
        Comparer comparer = new Comparer(withHeader("etag"));
        Answer served = new Answer(200, Map.of("content-type", "application/json", "etag", "1"), bytes("{}"));
        Answer other = new Answer(404, Map.of("content-type", "application/json", "etag", "1"), bytes("{}"));
        Answer tagged = new Answer(200, Map.of("content-type", "application/json", "etag", "2"), bytes("{}"));
        assertThat(texts(comparer.compare(ROUTE, served, other, TODAY))).containsExactly(ROUTE + " / status 200→404");
        assertThat(texts(comparer.compare(ROUTE, served, tagged, TODAY))).containsExactly(ROUTE + " etag header");
    }

    @Test
    void comparesXmlFormsAndTextByTheirStructure() {
        assertThat(typed("application/xml", "<a x='1' y='2'><b>t</b></a>", "<a y='2' x='1'>\n <b>t</b>\n</a>"))
                .isEmpty();
        assertThat(typed("application/xml", "<a><b>t</b></a>", "<a><b>u</b></a>"))
                .containsExactly(ROUTE + " /a/b/*/text changed text");
        assertThat(typed("application/xml", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "<a/>"))
                .containsExactly(ROUTE + " / malformed XML");
        assertThat(typed("application/x-www-form-urlencoded", "a=1&b=2", "b=2&a=%31"))
                .isEmpty();
        assertThat(typed("application/x-www-form-urlencoded", "a=1", "a=2")).hasSize(1);
        assertThat(typed("text/plain", "a  \r\nb\n", "a\nb")).isEmpty();
        assertThat(typed("application/pdf", "abc", "abd")).containsExactly(ROUTE + " / changed bytes");
    }

    @Test
    void aDifferenceIsLookedAtAgainBeforeItIsBelieved() {
        Comparer comparer = new Comparer(CompareSpec.DEFAULTS);
        Comparison difference = comparer.compare(ROUTE, json("{'a':1}"), json("{'a':2}"), TODAY);
        Comparison match = new Comparison.Match();
        assertThat(Comparer.settle(difference, true, Optional.empty())).isInstanceOf(Comparison.Lag.class);
        assertThat(Comparer.settle(difference, false, Optional.of(difference))).isInstanceOf(Comparison.Noise.class);
        assertThat(Comparer.settle(difference, false, Optional.of(match))).isSameAs(difference);
        assertThat(Comparer.settle(difference, false, Optional.empty())).isSameAs(difference);
        assertThat(Comparer.settle(match, true, Optional.of(difference))).isSameAs(match);
    }

    @Test
    void redactedValuesAreNeverShown() {
        Comparer comparer = new Comparer(redacting("/customer"));
        Answer served = json("{'customer':{'name':'Ada'},'card':'4111','lines':[{'email':'a@b.c'}],'total':1}");
        Answer shadow = json("{'customer':{'name':'Bob'},'card':'4222','lines':[{'email':'d@e.f'}],'total':2}");
        assertThat(comparer.shown(served, Duration.ZERO).body())
                .contains("total")
                .doesNotContain("Ada", "4111", "a@b.c");
        assertThat(comparer.compare(ROUTE, served, shadow, TODAY).toString())
                .doesNotContain("Ada", "Bob", "4111", "4222", "a@b.c", "d@e.f");
    }

    @Test
    void aPairThatDiffersEverywhereIsBounded() {
        StringBuilder served = new StringBuilder("{");
        for (int i = 0; i < 5_000; i++) {
            served.append("'m").append(i).append("':1,");
        }
        assertThat(signatures(CompareSpec.DEFAULTS, served.append("'z':0}").toString(), "{}"))
                .hasSize(Comparer.MAX_DIFFERENCES);
    }

    private static CompareSpec rules() {
        return new CompareSpec(
                List.of("/updatedAt"),
                Map.of("/total", new BigDecimal("0.005")),
                Map.of("/createdAt", Duration.ofSeconds(1)),
                Optional.of(ZoneId.of("Europe/Berlin")),
                List.of("/tags"),
                Map.of("/lines", "/sku"),
                true,
                true,
                Map.of("/ref", "ord_"),
                Set.of(),
                List.of(),
                List.of());
    }

    private static CompareSpec accepting(Accepted accepted) {
        return with(Set.of(), List.of(), List.of(accepted));
    }

    private static CompareSpec withHeader(String header) {
        return with(Set.of(header), List.of(), List.of());
    }

    private static CompareSpec redacting(String path) {
        return with(Set.of(), List.of(path), List.of());
    }

    private static CompareSpec with(Set<String> headers, List<String> redact, List<Accepted> accept) {
        return new CompareSpec(
                List.of(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                List.of(),
                Map.of(),
                false,
                false,
                Map.of(),
                headers,
                redact,
                accept);
    }

    private static List<String> signatures(CompareSpec spec, String served, String shadow) {
        return texts(new Comparer(spec).compare(ROUTE, json(served), json(shadow), TODAY));
    }

    private static List<String> typed(String type, String served, String shadow) {
        Map<String, String> headers = Map.of("content-type", type + "; charset=utf-8");
        return texts(new Comparer(CompareSpec.DEFAULTS)
                .compare(
                        ROUTE,
                        new Answer(200, headers, bytes(served)),
                        new Answer(200, headers, bytes(shadow)),
                        TODAY));
    }

    private static List<String> texts(Comparison comparison) {
        return comparison instanceof Comparison.Difference found
                ? found.differences().stream()
                        .map(each -> each.signature().text())
                        .toList()
                : List.of();
    }

    private static Answer json(String text) {
        return new Answer(200, Map.of("content-type", "application/json"), bytes(text.replace('\'', '"')));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
