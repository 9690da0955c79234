package dev.bailey.app.run;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;

/**
 * How Bailey logs: one line of {@code key=value} pairs for each event, on standard error, from the level that {@code BAILEY_LOG}
 * names (INFO when it names none). In code, because reading the same from XML takes longer than to read a migration file. A
 * configuration of one's own, named by {@code -Dlogback.configurationFile}, goes before.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} level=%level thread=\"%thread\""
            + " logger=%logger{0} msg=\"%replace(%msg){'[\\r\\n\"]+', ' '}\"%n%ex{short}";

    /** What these say below WARN is about themselves. */
    private static final List<String> QUIET = List.of(
            "org.eclipse.jetty",
            "io.javalin",
            "io.netty",
            "com.zaxxer.hikari",
            "org.sqlite",
            "org.flywaydb",
            "org.postgresql",
            "redis.clients");

    /**
     * What the first two say may hold values of rows, whatever the level; the third belongs to {@code bailey faults}. Why something
     * of theirs failed is said by Bailey itself.
     */
    private static final List<String> SILENT = List.of("io.debezium", "org.apache.kafka", "io.zonky");

    /** The same of one that speaks to the JDK's own logging; held, or its level would be forgotten. */
    private static final java.util.logging.Logger BINARY_LOG =
            java.util.logging.Logger.getLogger("com.github.shyiko.mysql.binlog");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        BINARY_LOG.setLevel(java.util.logging.Level.OFF);
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder line = new PatternLayoutEncoder();
        line.setContext(context);
        line.setPattern(PATTERN);
        line.start();
        ConsoleAppender<ILoggingEvent> standardError = new ConsoleAppender<>();
        standardError.setContext(context);
        standardError.setName("stderr");
        standardError.setTarget("System.err");
        standardError.setEncoder(line);
        standardError.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv("BAILEY_LOG"), Level.INFO));
        root.addAppender(standardError);
        for (String name : QUIET) {
            context.getLogger(name).setLevel(Level.WARN);
        }
        for (String name : SILENT) {
            context.getLogger(name).setLevel(Level.OFF);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
