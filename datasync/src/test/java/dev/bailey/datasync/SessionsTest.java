package dev.bailey.datasync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.datasync.job.JobRecord;
import dev.bailey.datasync.job.JobState;
import dev.bailey.datasync.pace.Pause;
import dev.bailey.datasync.reconcile.Divergence;
import dev.bailey.datasync.reconcile.ReconcileResult;
import dev.bailey.datasync.refresh.Pending;
import dev.bailey.datasync.refresh.Refreshed;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.RedisStore;
import dev.bailey.model.spec.DataSpec.RedisStore.Form;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;
import tools.jackson.databind.json.JsonMapper;

/** Users stay logged in: legacy's sessions are hashes, modern's JSON of another shape in another database. */
class SessionsTest {

    private static final SliceName SESSIONS = new SliceName("sessions");
    private static final JsonMapper JSON = new JsonMapper();
    private static final long UNTIL = 4_102_444_800_000L;
    private static final int MANY = 1_200;

    @TempDir
    Path folder;

    private static DataSpec data(Redis redis) {
        RedisStore legacy = new RedisStore(
                redis.url(0),
                "",
                "",
                "JSESSIONID:{key}",
                Form.HASH,
                Optional.of("until"),
                Optional.empty(),
                Optional.of("$merge([$, {'user': $number(user)}])"),
                Optional.of("{'user': $string(user), 'name': name}"));
        RedisStore modern = new RedisStore(
                redis.url(1),
                "",
                "",
                "session/{key}",
                Form.JSON,
                Optional.of("until"),
                Optional.empty(),
                Optional.of("{'id': id, 'user': account.id, 'name': account.name, 'until': until}"),
                Optional.of("{'account': {'id': user, 'name': name}}"));
        return new DataSpec("id", Optional.empty(), legacy, modern);
    }

    private static void legacy(Redis redis, String id, int user, String name) {
        redis.client.hset("JSESSIONID:" + id, Map.of("user", Integer.toString(user), "name", name));
        redis.client.pexpireAt("JSESSIONID:" + id, UNTIL + user);
    }

    @Test
    void sessionsCrossBothWaysAndAreProvedEqual() throws Exception {
        try (Redis redis = Redis.start(folder);
                DataPlane plane =
                        Plane.open(Map.of(SESSIONS, data(redis)), new Plane.Kept(), Pending.NONE, Pause.SLEEP);
                JedisPooled modern = new JedisPooled(redis.url(1))) {
            Random random = new Random(5);
            Map<String, Integer> users = new HashMap<>();
            for (int i = 0; i < MANY; i++) {
                String id = Long.toHexString(random.nextLong());
                users.put(id, i);
                legacy(redis, id, i, "näme " + i);
            }
            redis.client.set("other", "is no session");

            JobRecord backfill = Plane.ended(plane, plane.startBackfill(SESSIONS));
            assertThat(backfill.state()).as(backfill.message()).isEqualTo(JobState.DONE);
            JobRecord equal = Plane.ended(plane, plane.startReconcile(SESSIONS, false, false));
            assertThat(equal.message()).startsWith("0 divergences in " + MANY + " rows");
            for (Map.Entry<String, Integer> user : users.entrySet()) {
                String key = "session/" + user.getKey();
                assertThat(JSON.readTree(modern.get(key)))
                        .isEqualTo(JSON.readTree("{\"account\":{\"id\":%d,\"name\":\"näme %d\"}}"
                                .formatted(user.getValue(), user.getValue())));
                assertThat(modern.pexpireTime(key)).isEqualTo(UNTIL + user.getValue());
            }

            List<String> ids = users.keySet().stream().sorted().toList();
            legacy(redis, ids.get(10), 77_000, "somebody else");
            redis.client.del("JSESSIONID:" + ids.get(20));
            redis.client.pexpireAt("JSESSIONID:" + ids.get(30), UNTIL * 2);
            legacy(redis, "logged-in-since", 5, "new");
            JobRecord different = Plane.ended(plane, plane.startReconcile(SESSIONS, true, false));

            assertThat(different.state()).as(different.message()).isEqualTo(JobState.DONE);
            ReconcileResult found = plane.lastReconcile(SESSIONS).orElseThrow();
            assertThat(found.found())
                    .containsExactlyInAnyOrder(
                            divergence(ids.get(10), Divergence.Kind.DIFFERENT, "/name", "/until", "/user"),
                            divergence(ids.get(20), Divergence.Kind.EXTRA),
                            divergence(ids.get(30), Divergence.Kind.DIFFERENT, "/until"),
                            divergence("logged-in-since", Divergence.Kind.MISSING));
            assertThat(found.repaired()).isEqualTo(4);
            assertThat(modern.pexpireTime("session/" + ids.get(30))).isEqualTo(UNTIL * 2);
            assertThat(modern.exists("session/" + ids.get(20))).isFalse();

            modern.set("session/" + ids.get(40), "{\"account\":{\"id\":1,\"name\":\"by modern\"}}");
            assertThat(plane.refresh(SESSIONS, Side.MODERN, List.of(new EntityKey(ids.get(40)))))
                    .as("after the cutover modern owns it")
                    .isInstanceOf(Refreshed.Done.class);
            assertThat(redis.client.hgetAll("JSESSIONID:" + ids.get(40)))
                    .isEqualTo(Map.of("user", "1", "name", "by modern"));
            assertThat(redis.client.pexpireTime("JSESSIONID:" + ids.get(40))).isEqualTo(-1);
        }
    }

    private static Divergence divergence(String id, Divergence.Kind kind, String... paths) {
        return new Divergence(SESSIONS, new EntityKey(id), kind, List.of(paths));
    }
}
