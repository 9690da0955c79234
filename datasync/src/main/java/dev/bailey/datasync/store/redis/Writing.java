package dev.bailey.datasync.store.redis;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.model.spec.DataSpec.RedisStore;
import dev.bailey.model.spec.DataSpec.RedisStore.Form;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.SetParams;

/** How a document is written: in one step, with the moment or the time it lives until. */
final class Writing {

    /** Makes a hash these fields and no other, in one step; {@code ARGV[1]}: its moment of expiry, its time to live, or neither. */
    private static final byte[] HASH = """
            local left = redis.call('PTTL', KEYS[1])
            redis.call('DEL', KEYS[1])
            for i = 3, #ARGV, 2 do
              redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
            end
            if ARGV[1] == 'at' then
              redis.call('PEXPIREAT', KEYS[1], ARGV[2])
            elseif ARGV[1] == 'ttl' then
              redis.call('PEXPIRE', KEYS[1], ARGV[2])
            elseif ARGV[1] == 'keep' and left > 0 then
              redis.call('PEXPIRE', KEYS[1], left)
            end
            return 1
            """.getBytes(StandardCharsets.UTF_8);

    private final RedisStore spec;
    private final Values values;

    Writing(RedisStore spec, Values values) {
        this.spec = spec;
        this.values = values;
    }

    /** A write, ready to be sent. */
    @FunctionalInterface
    interface Command {
        Response<?> on(AbstractPipeline pipeline);
    }

    /** @throws Values.Unfit when the document cannot stand in this database */
    Command of(byte[] key, Document document) throws StoreException, Values.Unfit {
        Optional<Instant> expires = values.expires(document);
        return spec.value() == Form.HASH ? hash(key, document, expires) : string(key, document, expires);
    }

    private Command string(byte[] key, Document document, Optional<Instant> expires)
            throws StoreException, Values.Unfit {
        byte[] value = values.string(document);
        SetParams how = new SetParams();
        expires.ifPresent(moment -> how.pxAt(moment.toEpochMilli()));
        spec.ttl().ifPresent(time -> how.px(time.toMillis()));
        if (spec.expires().isEmpty() && spec.ttl().isEmpty()) {
            how.keepTtl();
        }
        return pipeline -> pipeline.set(key, value, how);
    }

    private Command hash(byte[] key, Document document, Optional<Instant> expires) throws StoreException, Values.Unfit {
        List<byte[]> arguments = new ArrayList<>();
        if (spec.expires().isPresent()) {
            arguments.add(bytes(expires.isPresent() ? "at" : "never"));
        } else {
            arguments.add(bytes(spec.ttl().isPresent() ? "ttl" : "keep"));
        }
        long millis = expires.map(Instant::toEpochMilli)
                .or(() -> spec.ttl().map(Duration::toMillis))
                .orElse(0L);
        arguments.add(bytes(Long.toString(millis)));
        values.hash(document).forEach((field, value) -> {
            arguments.add(bytes(field));
            arguments.add(bytes(value));
        });
        return pipeline -> pipeline.eval(HASH, List.of(key), arguments);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
