package dev.bailey.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogSetupTest {

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @Test
    void anEventIsOneLineOfPairs() {
        Logger thing = (Logger) LoggerFactory.getLogger("dev.bailey.Thing");
        ILoggingEvent event = new LoggingEvent("x", thing, Level.WARN, "a \"word\"\nand {}", null, new Object[] {7});
        ConsoleAppender<ILoggingEvent> appender = (ConsoleAppender<ILoggingEvent>) root.getAppender("stderr");

        assertThat(appender.getTarget()).isEqualTo("System.err");
        assertThat(new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z level=WARN thread=\"[^\"]+\" logger=Thing"
                        + " msg=\"a  word and 7\"\\R");
    }

    @Test
    void baileyTellsFromInfoUpLibrariesFromWarn() {
        assertThat(root.getLevel()).isEqualTo(Level.INFO);
        assertThat(LoggerFactory.getLogger("io.netty.util.X").isInfoEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("dev.bailey.Thing").isInfoEnabled()).isTrue();
    }

    @Test
    void whoMayPrintValuesOfRowsSaysNothing() {
        assertThat(LoggerFactory.getLogger("io.debezium.relational.TableSchemaBuilder")
                        .isErrorEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("org.apache.kafka.connect.json.JsonConverter")
                        .isErrorEnabled())
                .isFalse();
    }
}
