package dev.bailey.app.wiring;

import dev.bailey.gateway.upstream.Transport;
import dev.bailey.journal.sqlite.SqliteLibrary;
import io.javalin.Javalin;
import java.math.BigDecimal;
import javax.crypto.Mac;
import org.slf4j.LoggerFactory;

/**
 * Loads what takes long the first time, on a thread of its own while the migration file is read, in the order in which a start
 * asks for it. It is needed never: what fails here is asked for again by whoever needs it, and told in its words.
 */
public final class Preparation {

    /** Kept, so that nothing of it is taken for unused. */
    private static volatile Object last = "";

    private Preparation() {}

    /** Starts it, and returns at once. */
    public static void begin() {
        Thread.ofPlatform().daemon().name("prepare").start(() -> {
            try {
                last = BigDecimal.TEN.setScale(1);
                SqliteLibrary.load();
                last = LoggerFactory.getLogger(Preparation.class);
                last = Transport.best();
                last = Mac.getInstance("HmacSHA256");
                last = Javalin.create();
            } catch (Exception | LinkageError failed) {
                LoggerFactory.getLogger(Preparation.class).debug("could not be loaded ahead", failed);
            }
        });
    }
}
