package dev.bailey.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SetCookieTest {

    private static Optional<String> session(String... fields) {
        return SetCookie.value(List.of(fields), "SESSION");
    }

    @Test
    void theLastValueOfTheCookieCounts() {
        assertThat(session("SESSION=a")).contains("a");
        assertThat(session("lang=en", " SESSION = a=b== ; Path=/; HttpOnly", "SESSIONS=c"))
                .contains("a=b==");
        assertThat(session("SESSION=a", "SESSION=b; Max-Age=60")).contains("b");
    }

    @Test
    void aCookieThatIsTakenBackOrOfAnotherNameIsNone() {
        assertThat(session()).isEmpty();
        assertThat(session("session=a", "lang=SESSION=a", "SESSION", "SESSION=; Path=/"))
                .isEmpty();
        assertThat(session("SESSION=a; Path=/; max-age=0")).isEmpty();
        assertThat(session("SESSION=a; Max-Age = -1")).isEmpty();
        assertThat(session("SESSION=a", "SESSION=deleted; Max-Age=0")).isEmpty();
    }
}
