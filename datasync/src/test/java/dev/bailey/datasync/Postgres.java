package dev.bailey.datasync;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

/** One real server for all tests of this JVM; each test gets a database of its own. */
public final class Postgres {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private Postgres() {}

    private static final class Holder {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder().start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        server.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The URL of a fresh, empty database. */
    public static String database() {
        return database("");
    }

    /** The same with an encoding of single bytes, and no letters but ASCII's. */
    public static String latin1() {
        return database(" encoding 'LATIN1' locale 'C' template template0");
    }

    private static String database(String as) {
        String name = "t" + DATABASES.incrementAndGet();
        Shop.sql(Holder.SERVER.getJdbcUrl("postgres", "postgres"), "create database " + name + as);
        return Holder.SERVER.getJdbcUrl("postgres", name);
    }
}
