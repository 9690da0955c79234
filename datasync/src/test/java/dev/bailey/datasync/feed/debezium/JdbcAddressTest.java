package dev.bailey.datasync.feed.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.model.spec.FeedSpec.Login;
import org.junit.jupiter.api.Test;

class JdbcAddressTest {

    @Test
    void aUrlThatCannotBeReadIsToldWithoutItsPassword() {
        Login login = new Login("jdbc:postgresql://db:5432/shop?user=app&password=s3cr et", "", "");
        assertThatThrownBy(() -> JdbcAddress.of(login))
                .isInstanceOf(JdbcAddress.Unfit.class)
                .hasMessageContaining("jdbc URL")
                .hasNoCause()
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain("s3cr"));
    }
}
