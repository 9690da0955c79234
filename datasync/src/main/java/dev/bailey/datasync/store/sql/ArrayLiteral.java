package dev.bailey.datasync.store.sql;

import dev.bailey.datasync.store.CanonicalForm;
import tools.jackson.databind.JsonNode;

/** An array as PostgreSQL reads it from text: <code>{1,NULL,"a \\"b\\""}</code>. */
final class ArrayLiteral {

    private ArrayLiteral() {}

    static String of(JsonNode array) {
        StringBuilder literal = new StringBuilder();
        append(literal, array);
        return literal.toString();
    }

    private static void append(StringBuilder literal, JsonNode value) {
        if (value.isArray()) {
            literal.append('{');
            String separator = "";
            for (JsonNode element : value) {
                literal.append(separator);
                append(literal, element);
                separator = ",";
            }
            literal.append('}');
        } else if (value.isNull()) {
            literal.append("NULL");
        } else {
            String text = value.isString() ? value.stringValue() : CanonicalForm.json(value);
            literal.append('"')
                    .append(text.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        }
    }
}
