package dev.bailey.compare;

import dev.bailey.compare.Signature.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Walks two trees side by side under the rules. While walking, an array index is written {@code #n}. */
final class TreeComparison {

    /** Above this many elements a bag is matched by its elements' text alone, which is not quadratic. */
    private static final int MAX_BAG_BY_PAIRS = 200;

    private final Rules rules;
    private final Redactor redactor;
    private final Findings findings;

    TreeComparison(Rules rules, Redactor redactor, Findings findings) {
        this.rules = rules;
        this.redactor = redactor;
        this.findings = findings;
    }

    void compare(Documents.Pair pair) {
        compare("", pair.served(), pair.shadow());
    }

    private void compare(String path, JsonNode served, JsonNode shadow) {
        String rule = Findings.normalised(path);
        if (findings.isFull() || rules.ignores(rule)) {
            return;
        }
        if (served instanceof ObjectNode left && shadow instanceof ObjectNode right) {
            compareObjects(path, left, right);
        } else if (served instanceof ArrayNode left && shadow instanceof ArrayNode right) {
            compareArrays(path, rule, left, right);
        } else {
            compareValues(path, rule, served, shadow);
        }
    }

    private void compareObjects(String path, ObjectNode served, ObjectNode shadow) {
        Set<String> names = new LinkedHashSet<>(served.propertyNames());
        names.addAll(shadow.propertyNames());
        for (String name : names) {
            compareMember(path + "/" + name.replace("~", "~0").replace("/", "~1"), served.get(name), shadow.get(name));
        }
    }

    private void compareMember(String path, @Nullable JsonNode served, @Nullable JsonNode shadow) {
        boolean noServed = served == null || (rules.nullIsAbsent() && served.isNull());
        boolean noShadow = shadow == null || (rules.nullIsAbsent() && shadow.isNull());
        if (noServed && noShadow) {
            return;
        }
        if (served == null || shadow == null || noServed || noShadow) {
            oneSided(path, noServed ? null : served, noShadow ? null : shadow);
        } else {
            compare(path, served, shadow);
        }
    }

    private void oneSided(String path, @Nullable JsonNode served, @Nullable JsonNode shadow) {
        if (!rules.ignores(Findings.normalised(path))) {
            findings.add(
                    path, shadow == null ? Kind.MISSING : Kind.EXTRA, "", shown(path, served), shown(path, shadow));
        }
    }

    private void compareArrays(String path, String rule, ArrayNode served, ArrayNode shadow) {
        String key = rules.keyOf(rule);
        if (key != null) {
            compareKeyed(path, key, served, shadow);
        } else if (rules.isUnordered(rule)) {
            compareBags(path, served, shadow);
        } else {
            int before = findings.found().size();
            for (int i = 0; i < Math.max(served.size(), shadow.size()); i++) {
                compareMember(path + "/#" + i, served.get(i), shadow.get(i));
            }
            if (findings.found().size() > before && sameBag(served, shadow)) {
                findings.found().subList(before, findings.found().size()).clear();
                findings.add(path, Kind.ORDER, "", served.size() + " elements", shadow.size() + " elements");
            }
        }
    }

    private void compareKeyed(String path, String key, ArrayNode served, ArrayNode shadow) {
        Map<String, JsonNode> left = byKey(served, key);
        Map<String, JsonNode> right = byKey(shadow, key);
        Set<String> keys = new LinkedHashSet<>(left.keySet());
        keys.addAll(right.keySet());
        for (String each : keys) {
            compareMember(path + "/#" + each.replace("/", "~1"), left.get(each), right.get(each));
        }
    }

    private static Map<String, JsonNode> byKey(ArrayNode array, String key) {
        Map<String, JsonNode> byKey = new LinkedHashMap<>();
        for (JsonNode element : array) {
            JsonNode value = element.get(key);
            String name = value == null ? "" : value.asString("");
            String unique = name;
            for (int twin = 2; byKey.containsKey(unique); twin++) {
                unique = name + "~twin" + twin;
            }
            byKey.put(unique, element);
        }
        return byKey;
    }

    private void compareBags(String path, ArrayNode served, ArrayNode shadow) {
        List<JsonNode> left = new ArrayList<>(served.values());
        List<JsonNode> right = new ArrayList<>(shadow.values());
        dropEqualTexts(left, right);
        if (left.size() <= MAX_BAG_BY_PAIRS && right.size() <= MAX_BAG_BY_PAIRS) {
            left.removeIf(each -> removeFirstEqual(path, each, right));
        }
        left.forEach(each -> oneSided(path + "/#", each, null));
        right.forEach(each -> oneSided(path + "/#", null, each));
    }

    private static void dropEqualTexts(List<JsonNode> left, List<JsonNode> right) {
        Map<String, Integer> texts = new LinkedHashMap<>();
        right.forEach(each -> texts.merge(Documents.text(each), 1, Integer::sum));
        Map<String, Integer> matched = new LinkedHashMap<>();
        left.removeIf(each -> {
            String text = Documents.text(each);
            int open = texts.getOrDefault(text, 0) - matched.getOrDefault(text, 0);
            if (open > 0) {
                matched.merge(text, 1, Integer::sum);
            }
            return open > 0;
        });
        right.removeIf(each -> {
            String text = Documents.text(each);
            int open = matched.getOrDefault(text, 0);
            matched.put(text, open - 1);
            return open > 0;
        });
    }

    private boolean removeFirstEqual(String path, JsonNode wanted, List<JsonNode> among) {
        for (int i = 0; i < among.size(); i++) {
            Findings trial = new Findings("");
            new TreeComparison(rules, redactor, trial).compare(path + "/#", wanted, among.get(i));
            if (trial.found().isEmpty()) {
                among.remove(i);
                return true;
            }
        }
        return false;
    }

    private static boolean sameBag(ArrayNode served, ArrayNode shadow) {
        List<JsonNode> left = new ArrayList<>(served.values());
        List<JsonNode> right = new ArrayList<>(shadow.values());
        dropEqualTexts(left, right);
        return left.isEmpty() && right.isEmpty() && served.size() > 1;
    }

    private void compareValues(String path, String rule, JsonNode served, JsonNode shadow) {
        if (served.equals(shadow) || isSameId(rule, served, shadow) || isSameTime(rule, served, shadow)) {
            return;
        }
        if (served.isNumber() && shadow.isNumber()) {
            compareNumbers(path, rule, served, shadow);
        } else if (served.getNodeType() == shadow.getNodeType()) {
            add(path, Kind.CHANGED, typeOf(served), served, shadow);
        } else {
            add(path, Kind.TYPE, typeOf(served) + "→" + typeOf(shadow), served, shadow);
        }
    }

    private void compareNumbers(String path, String rule, JsonNode served, JsonNode shadow) {
        BigDecimal left = served.decimalValue();
        BigDecimal right = shadow.decimalValue();
        BigDecimal tolerance = rules.numberTolerance(rule);
        if (left.compareTo(right) == 0) {
            if (served.isIntegralNumber() != shadow.isIntegralNumber()
                    && !rules.integerIsDecimal()
                    && tolerance == null) {
                add(path, Kind.TYPE, typeOf(served) + "→" + typeOf(shadow), served, shadow);
            }
        } else if (tolerance == null || left.subtract(right).abs().compareTo(tolerance) > 0) {
            add(path, Kind.CHANGED, "number", served, shadow);
        }
    }

    private boolean isSameId(String rule, JsonNode served, JsonNode shadow) {
        String prefix = rules.mappedPrefix(rule);
        return prefix != null && bareId(served.asString(""), prefix).equals(bareId(shadow.asString(""), prefix));
    }

    private static String bareId(String id, String prefix) {
        String bare = id.startsWith(prefix) ? id.substring(prefix.length()) : id;
        String unpadded = bare.replaceFirst("^0+(?=\\d)", "");
        return bare.chars().allMatch(Character::isDigit) ? unpadded : bare;
    }

    private boolean isSameTime(String rule, JsonNode served, JsonNode shadow) {
        Duration tolerance = rules.timeTolerance(rule);
        return tolerance != null && Times.within(served.asString(""), shadow.asString(""), tolerance, rules.zone());
    }

    private void add(String path, Kind kind, String valueClass, JsonNode served, JsonNode shadow) {
        findings.add(path, kind, valueClass, shown(path, served), shown(path, shadow));
    }

    private String shown(String path, @Nullable JsonNode value) {
        return value == null ? "absent" : redactor.value(Findings.normalised(path), value);
    }

    private static String typeOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case BOOLEAN -> "boolean";
            case NUMBER -> node.isIntegralNumber() ? "integer" : "decimal";
            case STRING, BINARY -> "text";
            case NULL, MISSING -> "null";
        };
    }
}
