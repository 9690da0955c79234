package dev.bailey.datasync.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bailey.datasync.Redis;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.UnreachableException;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.HiddenKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.RedisStore;
import dev.bailey.model.spec.DataSpec.RedisStore.Form;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RedisEntityStoreTest {

    private static final SliceName SESSIONS = new SliceName("sessions");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path folder;

    private static Redis redis;

    @BeforeAll
    static void start() throws Exception {
        redis = Redis.start(folder);
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.client.flushDB();
    }

    private static RedisStore spec(Form form) {
        return new RedisStore(
                redis.url(0),
                "",
                "",
                "sess:{key}",
                form,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static RedisStore spec(Form form, Optional<String> expires, Optional<Duration> ttl) {
        return new RedisStore(
                redis.url(0), "", "", "sess:{key}", form, expires, ttl, Optional.empty(), Optional.empty());
    }

    private static RedisEntityStore open(RedisStore spec) {
        return RedisEntityStore.open(SESSIONS, Side.MODERN, new DataSpec("id", Optional.empty(), spec, spec), spec);
    }

    private static Document document(String json) throws StoreException {
        return Document.of("id", (ObjectNode) JSON.readTree(json.replace('\'', '"')));
    }

    private static EntityKey key(String key) {
        return new EntityKey(key);
    }

    private static String json(RedisEntityStore store, String key) throws StoreException {
        Document there = Objects.requireNonNull(store.read(List.of(key(key))).get(key(key)));
        return JSON.writeValueAsString(there.body()).replace('"', '\'');
    }

    /** It expires, or is deleted, between its value and its moment. */
    @Test
    void aKeyThatGoesWhileItIsReadIsNotOneThatNeverExpires() throws Exception {
        redis.client.psetex("sess:a", 3_600_000, "{}");
        redis.client.psetex("sess:b", 3_600_000, "{}");
        try (HeldLine line = new HeldLine(redis.port(), "PEXPIRETIME", () -> redis.client.del("sess:a"));
                RedisEntityStore store = open(at(line, Optional.of("until")))) {
            assertThat(store.read(List.of(key("a"), key("b"))).keySet()).containsExactly(key("b"));
            assertThat(line.held()).isTrue();
        }
    }

    @Test
    void aStoreWhoseFirstKeysHaveGoneIsNotEmpty() throws Exception {
        for (int i = 0; i < 400; i++) {
            redis.client.set("sess:" + i, "{}");
        }
        EntityKey last = key("kept");
        redis.client.set("sess:kept", "{}");
        Runnable mostExpire = () -> {
            for (int i = 0; i < 400; i++) {
                redis.client.del("sess:" + i);
            }
        };
        try (HeldLine line = new HeldLine(redis.port(), "GET", mostExpire);
                RedisEntityStore store = open(at(line, Optional.empty()))) {
            assertThat(store.keyKind()).isPresent();
            assertThat(line.held()).isTrue();
            assertThat(store.scan(KeyRange.ALL, 10)).extracting(Document::key).containsExactly(last);
        }
    }

    private static RedisStore at(HeldLine line, Optional<String> expires) {
        return new RedisStore(
                "redis://127.0.0.1:" + line.port() + "/0",
                "",
                "",
                "sess:{key}",
                Form.JSON,
                expires,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void aMomentOfExpiryThatTheDatabaseDoesNotTakeIsRefusedForItsKeyAlone() throws Exception {
        for (Form form : List.of(Form.JSON, Form.HASH)) {
            redis.client.flushDB();
            try (RedisEntityStore store = open(spec(form, Optional.of("until"), Optional.empty()))) {
                WriteReport report = store.write(List.of(
                        document("{'id': 'a', 'user': '7', 'until': '1970-01-01T00:00:00Z'}"),
                        document("{'id': 'b', 'user': '8', 'until': '2100-01-01T00:00:00Z'}"),
                        document("{'id': 'c', 'user': '9', 'until': '1969-01-01T00:00:00Z'}")));
                assertThat(report.done()).containsExactly(key("b"));
                assertThat(report.refused()).containsOnlyKeys(key("a"), key("c"));
                assertThat(report.refused().get(key("a"))).contains("until is 1970-01-01T00:00:00Z");
                assertThat(redis.client.keys("*")).containsExactly("sess:b");
            }
        }
    }

    @Test
    void readsAndWritesJsonWithItsMomentOfExpiry() throws Exception {
        redis.client.set("sess:a", "{\"user\": 7, \"cart\": [1.50]}");
        redis.client.pexpireAt("sess:a", 4_102_444_800_123L);
        try (RedisEntityStore store = open(spec(Form.JSON, Optional.of("until"), Optional.empty()))) {
            assertThat(json(store, "a"))
                    .isEqualTo("{'cart':[1.5],'id':'a','until':'2100-01-01T00:00:00.123Z','user':7}");

            WriteReport report = store.write(List.of(
                    document("{'id': 'b', 'user': 8, 'until': '2100-01-01T00:00:01Z'}"),
                    document("{'id': 'a', 'user': 9}")));

            assertThat(report.done()).containsExactly(key("b"), key("a"));
            assertThat(redis.client.get("sess:b")).isEqualTo("{\"user\":8}");
            assertThat(redis.client.pexpireTime("sess:b")).isEqualTo(4_102_444_801_000L);
            assertThat(redis.client.pexpireTime("sess:a"))
                    .as("it tells of none")
                    .isEqualTo(-1);
            assertThat(json(store, "b")).isEqualTo("{'id':'b','until':'2100-01-01T00:00:01Z','user':8}");
            assertThat(store.write(List.of(document("{'id': 'c', 'until': 'soon'}")))
                            .refused()
                            .get(key("c")))
                    .contains("until is no moment in UTC");
        }
    }

    @Test
    void aTimeToLiveIsKeptOrGiven() throws Exception {
        for (Form form : List.of(Form.JSON, Form.HASH)) {
            redis.client.flushDB();
            if (form == Form.JSON) {
                redis.client.set("sess:a", "{\"user\":\"7\"}");
            } else {
                redis.client.hset("sess:a", "user", "7");
            }
            redis.client.pexpire("sess:a", 100_000_000L);
            try (RedisEntityStore store = open(spec(form))) {
                assertThat(json(store, "a")).isEqualTo("{'id':'a','user':'7'}");
                store.write(List.of(document("{'id': 'a', 'user': '8'}"), document("{'id': 'b', 'user': '9'}")));
                assertThat(json(store, "a")).isEqualTo("{'id':'a','user':'8'}");
                assertThat(redis.client.pttl("sess:a")).isBetween(99_900_000L, 100_000_000L);
                assertThat(redis.client.pttl("sess:b")).isEqualTo(-1);
            }
            try (RedisEntityStore store = open(spec(form, Optional.empty(), Optional.of(Duration.ofMinutes(30))))) {
                store.write(List.of(document("{'id': 'a', 'user': '9'}")));
                assertThat(redis.client.pttl("sess:a")).isBetween(1_790_000L, 1_800_000L);
            }
        }
    }

    @Test
    void aHashHasTheseFieldsAndNoOther() throws Exception {
        redis.client.hset("sess:42", Map.of("user", "7", "visits", "3", "gone", "x"));
        redis.client.pexpireAt("sess:42", 4_102_444_800_000L);
        RedisStore spec = new RedisStore(
                redis.url(0),
                "",
                "",
                "sess:{key}",
                Form.HASH,
                Optional.of("until"),
                Optional.empty(),
                Optional.of("$merge([$, {'visits': $number(visits), 'id': $number(id)}])"),
                Optional.of("$sift($, function($v, $k) { $k != 'id' })"));
        try (RedisEntityStore store = open(spec)) {
            assertThat(store.keyKind()).contains(KeyKind.INTEGER);
            assertThat(json(store, "42"))
                    .isEqualTo("{'gone':'x','id':42,'until':'2100-01-01T00:00:00Z','user':'7','visits':3}");

            store.write(List.of(document("{'id': 42, 'user': 'ä', 'visits': 4, 'until': '2100-01-01T00:00:00Z'}")));

            assertThat(redis.client.hgetAll("sess:42")).isEqualTo(Map.of("user", "ä", "visits", "4"));
            assertThat(redis.client.pexpireTime("sess:42")).isEqualTo(4_102_444_800_000L);
            assertThat(json(store, "42")).isEqualTo("{'id':42,'until':'2100-01-01T00:00:00Z','user':'ä','visits':4}");
            assertThat(store.write(List.of(document("{'id': 9}"))).refused().get(key("9")))
                    .contains("no JSON object after `write`");
        }
        try (RedisEntityStore store = open(spec(Form.HASH))) {
            assertThat(store.write(List.of(document("{'id': 'a'}"))).refused().get(key("a")))
                    .contains("there is no empty hash");
        }
    }

    @Test
    void bytesArePassedOnAsTheyAre() throws Exception {
        byte[] opaque = {0, (byte) 0xff, 10, (byte) 0xac, (byte) 0xed};
        redis.client.set("sess:a".getBytes(StandardCharsets.UTF_8), opaque);
        try (RedisEntityStore store = open(spec(Form.BYTES))) {
            assertThat(json(store, "a")).isEqualTo("{'id':'a','value':'AP8KrO0='}");
            store.write(List.of(document("{'id': 'b', 'value': 'AP8KrO0='}")));
            assertThat(redis.client.get("sess:b".getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(opaque);
            WriteReport report = store.write(
                    List.of(document("{'id': 'c', 'value': '%'}"), document("{'id': 'd', 'value': 'AA==', 'x': 1}")));
            assertThat(report.refused()).containsOnlyKeys(key("c"), key("d"));
        }
    }

    @Test
    void walksItsKeysInOrderAndNoOthers() throws Exception {
        Map<String, String> keys = new HashMap<>();
        for (int i = 0; i < 2_500; i++) {
            keys.put("k" + i, "{\"n\":" + i + "}");
        }
        keys.put("ü*[x]?", "{\"n\":0}");
        keys.forEach((key, value) -> redis.client.set("s[1]*" + key + "!", value));
        redis.client.set("s[1]*!", "no key between");
        redis.client.set("s1xk7!", "another name");
        RedisStore spec = new RedisStore(
                redis.url(0),
                "",
                "",
                "s[1]*{key}!",
                Form.JSON,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (RedisEntityStore store = open(spec)) {
            List<String> ordered = keys.keySet().stream().sorted().toList();
            assertThat(store.count(KeyRange.ALL)).isEqualTo(2_501);
            assertThat(store.scan(KeyRange.ALL, 5_000))
                    .extracting(document -> document.key().value())
                    .containsExactlyElementsOf(ordered);
            assertThat(store.cuts(KeyRange.ALL, 1_000, 10))
                    .extracting(EntityKey::value)
                    .containsExactly(ordered.get(999), ordered.get(1_999));
            KeyRange some = new KeyRange(Optional.of(key(ordered.get(9))), Optional.of(key(ordered.get(19))));
            redis.client.del("s[1]*" + ordered.get(12) + "!");
            assertThat(store.scan(some, 100)).as("one is gone since").hasSize(9);
            assertThat(store.nth(some, 3)).contains(key(ordered.get(12)));
            assertThat(store.last()).contains(key("ü*[x]?"));
            redis.client.set("s[1]*zz!", "{}");
            assertThat(store.count(some.behind(key(ordered.get(19))))).isZero();
            assertThat(store.count(KeyRange.ALL)).as("a new walk sees it").isEqualTo(2_501);
            redis.client.set("s[1]*zzz!", "{}");
            KeyRange end = new KeyRange(Optional.of(key("zy")), Optional.empty());
            assertThat(store.count(end)).as("by the list of before").isEqualTo(2);
            store.begins();
            assertThat(store.count(end)).as("a walk began").isEqualTo(3);
            redis.client.del("s[1]*zzz!");
            store.delete(List.of(key("zz"), key("never there")));
            assertThat(redis.client.exists("s[1]*zz!")).isFalse();
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        redis.client.hset("sess:h", "secret", "hush");
        redis.client.set("sess:t", "hush, no JSON");
        redis.client.set("sess:n", "[1]");
        try (RedisEntityStore store = open(spec(Form.JSON))) {
            assertThatThrownBy(() -> store.read(List.of(key("h"))))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("sessions, modern")
                    .hasMessageContaining("another type of value");
            assertThatThrownBy(() -> store.read(List.of(key("t"))))
                    .hasMessageContaining("under " + HiddenKey.of(key("t")) + " is not JSON")
                    .hasMessageNotContaining("hush");
            assertThatThrownBy(() -> store.read(List.of(key("n")))).hasMessageContaining("no JSON object");
        }
        redis.client.set(new byte[] {'s', 'e', 's', 's', ':', (byte) 0xff}, new byte[] {'{', '}'});
        try (RedisEntityStore store = open(spec(Form.JSON))) {
            assertThatThrownBy(() -> store.count(KeyRange.ALL)).hasMessageContaining("no text in UTF-8");
        }
        RedisStore away = new RedisStore(
                "redis://127.0.0.1:1/0",
                "",
                "",
                "sess:{key}",
                Form.JSON,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (RedisEntityStore store = open(away)) {
            assertThat(store.check()).singleElement().satisfies(problem -> {
                assertThat(problem.away()).isTrue();
                assertThat(problem.what()).contains("redis://127.0.0.1:1/0", "refused", "start it");
            });
        }
    }

    @Test
    void aPasswordIsAskedFor() throws Exception {
        try (Redis guarded = Redis.start(folder, "--requirepass", "s3cret")) {
            RedisStore wrong = new RedisStore(
                    guarded.url(0),
                    "",
                    "wr0ng",
                    "sess:{key}",
                    Form.JSON,
                    Optional.of("until"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            try (RedisEntityStore store = open(wrong)) {
                assertThat(store.check())
                        .singleElement()
                        .extracting(StoreProblem::what)
                        .asString()
                        .contains("does not let this user in", "WRONGPASS")
                        .doesNotContain("wr0ng");
                assertThatThrownBy(() -> store.read(List.of(key("a")))).isInstanceOf(UnreachableException.class);
            }
            RedisStore right = new RedisStore(
                    guarded.url(3),
                    "",
                    "s3cret",
                    "sess:{key}",
                    Form.JSON,
                    Optional.of("until"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            try (RedisEntityStore store = open(right)) {
                assertThat(store.check()).isEmpty();
                store.write(List.of(document("{'id': 'a', 'user': 7}")));
                assertThat(json(store, "a")).isEqualTo("{'id':'a','user':7}");
            }
        }
    }
}
