package dev.bailey.datasync.store.redis;

import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.UnreachableException;
import dev.bailey.datasync.store.UnreachableException.Why;
import dev.bailey.model.spec.DataSpec.RedisStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** The database behind a store, its failures told as a store's. Thread-safe; at most {@value #CONNECTIONS} connections. */
final class Server implements AutoCloseable {

    private static final int CONNECTIONS = 8;
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(5);
    private static final int CONNECT_MS = 2_000;
    private static final int ANSWER_MS = 10_000;
    private static final int PORT = 6379;
    private static final int SCAN = 1_000;

    private final String name;
    private final String address;
    private final JedisPooled redis;

    Server(String name, RedisStore spec) {
        this.name = name;
        this.address = spec.url();
        URI url = URI.create(spec.url());
        DefaultJedisClientConfig.Builder client = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(CONNECT_MS)
                .socketTimeoutMillis(ANSWER_MS)
                .ssl(url.getScheme().equals("rediss"))
                .clientName("bailey");
        String database = url.getPath().replace("/", "");
        if (!database.isEmpty()) {
            client.database(Integer.parseInt(database));
        }
        if (!spec.user().isEmpty()) {
            client.user(spec.user());
        }
        if (!spec.password().isEmpty()) {
            client.password(spec.password());
        }
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        pool.setMaxWait(CONNECTION_WAIT);
        pool.setJmxEnabled(false);
        HostAndPort host = new HostAndPort(url.getHost(), url.getPort() < 0 ? PORT : url.getPort());
        this.redis = new JedisPooled(pool, host, client.build());
    }

    /** Something asked of the database. */
    @FunctionalInterface
    interface Asking<T> {
        T ask(JedisPooled redis);
    }

    <T> T ask(Asking<T> asking) throws StoreException {
        try {
            return asking.ask(redis);
        } catch (JedisException e) {
            throw told(e);
        }
    }

    /** Commands sent together; what they were answered can be read afterwards. */
    void together(Consumer<AbstractPipeline> commands) throws StoreException {
        try (AbstractPipeline pipeline = redis.pipelined()) {
            commands.accept(pipeline);
            pipeline.sync();
        } catch (JedisException e) {
            throw told(e);
        }
    }

    StoreException told(JedisException e) {
        return switch (e) {
            case JedisAccessControlException denied ->
                new UnreachableException(
                        name,
                        Why.LOGIN,
                        address + " does not let this user in: " + denied.getMessage()
                                + "; correct `user` and `password`",
                        e);
            case JedisRedirectionException moved ->
                new StoreException(
                        name,
                        address + " is a node of a cluster (expected a single database); reach the store another way",
                        moved);
            case JedisConnectionException broken ->
                new UnreachableException(
                        name, Why.NETWORK, address + ": " + rootOf(broken) + "; start it, or correct `redis`", broken);
            case JedisDataException refused ->
                new StoreException(
                        name,
                        String.valueOf(refused.getMessage()).startsWith("WRONGTYPE")
                                ? "a key of this name holds another type of value; correct `keys` or `value`"
                                : "the database says: " + refused.getMessage(),
                        refused);
            default ->
                new UnreachableException(name, Why.BUSY, address + ": " + e.getMessage() + "; try again later", e);
        };
    }

    /** The client hangs what the system said to what it says itself. */
    private static String rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf((root.getSuppressed().length > 0 ? root.getSuppressed()[0] : root).getMessage());
    }

    /** All keys of a pattern, in no order; one that comes or goes meanwhile may be among them or not. */
    Set<String> keys(String pattern, int most) throws StoreException {
        ScanParams matching =
                new ScanParams().match(pattern.getBytes(StandardCharsets.UTF_8)).count(SCAN);
        Set<String> keys = new LinkedHashSet<>();
        byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
        do {
            byte[] from = cursor;
            ScanResult<byte[]> page = ask(redis -> redis.scan(from, matching));
            for (byte[] key : page.getResult()) {
                String name = new String(key, StandardCharsets.UTF_8);
                if (!Arrays.equals(name.getBytes(StandardCharsets.UTF_8), key)) {
                    throw new StoreException(
                            this.name,
                            "a key like " + pattern + " is no text in UTF-8 (expected that); narrow `keys`",
                            null);
                }
                keys.add(name);
            }
            if (keys.size() > most) {
                throw new StoreException(
                        name, "more than " + most + " keys are like " + pattern + " (expected at most so many)", null);
            }
            cursor = page.getCursorAsBytes();
        } while (!new String(cursor, StandardCharsets.US_ASCII).equals(ScanParams.SCAN_POINTER_START));
        return keys;
    }

    /** Its version, as it tells it; 0 where it does not. */
    int version() throws StoreException {
        String told = ask(redis -> redis.info("server"));
        for (String line : told.split("\\R")) {
            if (line.startsWith("redis_version:")) {
                return Integer.parseInt(
                        line.substring("redis_version:".length()).replaceAll("\\..*", ""));
            }
        }
        return 0;
    }

    @Override
    public void close() {
        redis.close();
    }
}
