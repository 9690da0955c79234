package dev.bailey.compare;

import dev.bailey.compare.Signature.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads bodies of several media types as trees, so that one comparison serves all. XML is read without entities or schemas. */
final class Documents {

    private static final int MAX_DEPTH = 200;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Documents() {}

    /** Two documents to compare. */
    record Pair(JsonNode served, JsonNode shadow) {}

    static @Nullable JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException malformed) {
            return null;
        }
    }

    static String text(JsonNode node) {
        return JSON.writeValueAsString(node);
    }

    static Optional<Pair> json(byte[] served, byte[] shadow, Findings findings) {
        return pair(json(served), json(shadow), "JSON", findings);
    }

    static Optional<Pair> xml(byte[] served, byte[] shadow, Findings findings) {
        return pair(xml(served), xml(shadow), "XML", findings);
    }

    static Pair form(byte[] served, byte[] shadow) {
        return new Pair(form(served), form(shadow));
    }

    private static Optional<Pair> pair(
            @Nullable JsonNode served, @Nullable JsonNode shadow, String what, Findings findings) {
        if (served == null || shadow == null) {
            findings.add("", Kind.MALFORMED, what, state(served), state(shadow));
            return Optional.empty();
        }
        return Optional.of(new Pair(served, shadow));
    }

    private static String state(@Nullable JsonNode node) {
        return node == null ? "cannot be read" : "well formed";
    }

    private static ObjectNode form(byte[] body) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            fields.withArray("/" + name.replace("~", "~0").replace("/", "~1"))
                    .add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    private static @Nullable JsonNode xml(byte[] body) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setNamespaceAware(true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            Element root = builder.parse(new ByteArrayInputStream(body)).getDocumentElement();
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            document.set(name(root), element(root, 0));
            return document;
        } catch (ParserConfigurationException | SAXException | IOException malformed) {
            return null;
        }
    }

    /** An element as an object: attributes with an at sign, text under {@code text}, children as arrays by name. */
    private static ObjectNode element(Element element, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("XML nested deeper than " + MAX_DEPTH);
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Node attribute = attributes.item(i);
            if (!XMLConstants.XMLNS_ATTRIBUTE_NS_URI.equals(attribute.getNamespaceURI())) {
                object.put("@" + attribute.getNodeName(), attribute.getNodeValue());
            }
        }
        StringBuilder text = new StringBuilder();
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element inner) {
                JsonNode siblings = object.get(name(inner));
                ArrayNode array = siblings instanceof ArrayNode known ? known : object.putArray(name(inner));
                array.add(element(inner, depth + 1));
            } else if (child.getNodeType() == Node.TEXT_NODE || child.getNodeType() == Node.CDATA_SECTION_NODE) {
                text.append(child.getNodeValue());
            }
        }
        String stripped = text.toString().strip();
        if (!stripped.isEmpty()) {
            object.put("text", stripped);
        }
        return object;
    }

    private static String name(Element element) {
        String namespace = element.getNamespaceURI();
        return namespace == null ? element.getLocalName() : "{" + namespace + "}" + element.getLocalName();
    }
}
