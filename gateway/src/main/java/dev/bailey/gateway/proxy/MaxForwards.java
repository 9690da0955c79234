package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;

/**
 * {@code TRACE} and {@code OPTIONS} that end here. TRACE is refused, because it hands a client's credentials back to whoever made
 * it ask; OPTIONS with {@code Max-Forwards: 0} is answered by the gateway (RFC 9110, 7.6.2).
 */
final class MaxForwards {

    private MaxForwards() {}

    /** Whether the request was answered. */
    static boolean answers(Exchange exchange, Answers answers) {
        RequestHead head = exchange.head();
        if (head.isMethod("TRACE")) {
            answers.error(exchange, 405, "TRACE is not offered", null);
            return true;
        }
        if (head.has(Known.MAX_FORWARDS) && head.isMethod("OPTIONS") && isZero(head)) {
            answers.empty(exchange, 200);
            return true;
        }
        return false;
    }

    private static boolean isZero(RequestHead head) {
        String value = head.first(Known.MAX_FORWARDS);
        return value != null && value.matches("0+");
    }

    /** One hop fewer for the next; what is no number is left out. */
    static void line(RequestHead head, ByteWriter out) {
        String value = head.isMethod("OPTIONS") ? head.first(Known.MAX_FORWARDS) : null;
        if (value != null && value.matches("[0-9]{1,9}")) {
            out.ascii("Max-Forwards: ")
                    .decimal(Math.max(0, Integer.parseInt(value) - 1))
                    .crlf();
        }
    }
}
