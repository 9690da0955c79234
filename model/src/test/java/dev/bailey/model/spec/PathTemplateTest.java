package dev.bailey.model.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathTemplateTest {

    @Test
    void aPrefixIsHeldAgainstWholeSegments() {
        assertThat(PathTemplate.mayBegin("/v1/orders/{id}", "/v1")).isTrue();
        assertThat(PathTemplate.mayBegin("/v1", "/v1")).isTrue();
        assertThat(PathTemplate.mayBegin("/v10/orders", "/v1")).isFalse();
        assertThat(PathTemplate.mayBegin("/orders/v1", "/v1")).isFalse();
        assertThat(PathTemplate.mayBegin("/v1", "/v1/orders")).isFalse();
    }

    @Test
    void aNameMatchesAnySegmentAndStarsAnyRest() {
        assertThat(PathTemplate.mayBegin("/{version}/orders", "/v1")).isTrue();
        assertThat(PathTemplate.mayBegin("/api/**", "/api/v1/orders")).isTrue();
        assertThat(PathTemplate.mayBegin("/{version}/orders", "/v1/carts")).isFalse();
    }
}
