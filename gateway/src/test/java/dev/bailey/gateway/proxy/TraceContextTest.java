package dev.bailey.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.gateway.http.ByteWriter;
import dev.bailey.gateway.http.MalformedException;
import dev.bailey.gateway.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    private final SplittableRandom random = new SplittableRandom(42);

    private String line(RequestHead head) {
        ByteWriter out = new ByteWriter(16);
        TraceContext.line(head, TraceContext.isCarried(head), random, out);
        return new String(out.toArray(), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "ff"})
    void aTraceGoesOnWithASpanOfItsOwn(String flags) throws MalformedException {
        RequestHead head = RequestIdTest.head("traceparent: 00-" + TRACE + "-" + SPAN + "-" + flags);
        assertThat(line(head))
                .matches("traceparent: 00-" + TRACE + "-[0-9a-f]{16}-" + flags + "\r\n")
                .doesNotContain(SPAN);
        assertThat(line(head)).as("each request has its own").isNotEqualTo(line(head));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-zz",
                "01-" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-01-x",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
                "00-" + TRACE + "_" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-0g"
            })
    void whatIsNoTraceIsReplacedByANewOne(String value) throws MalformedException {
        RequestHead head = RequestIdTest.head("traceparent: " + value);
        assertThat(TraceContext.isCarried(head)).isFalse();
        assertThat(line(head))
                .matches("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\r\n")
                .doesNotContain(TRACE);
    }

    @Test
    void withoutOneATraceBegins() throws MalformedException {
        RequestHead head = RequestIdTest.head("X-A: b");
        assertThat(line(head)).isNotEqualTo(line(head));
    }
}
