package dev.bailey.datasync.store.http;

import dev.bailey.datasync.store.BeforeWrite;
import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.JsonataTranslation;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.HttpStore;
import dev.bailey.model.spec.KeyNames;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A store reached over the service's own API. A list must be in key order, after its cursor; a page may be shorter than
 * asked, and an empty one is the end. 404 and 410 are absence; other 4xx to a write are a refusal. Each write carries an
 * {@code Idempotency-Key} of its own.
 */
public final class HttpEntityStore implements EntityStore {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final int LARGEST_PAGE = 500;
    private static final BeforeWrite READS = () -> {};

    private final SliceName slice;
    private final Side side;
    private final String name;
    private final KeyNames keyFields;
    private final HttpStore spec;
    private final URI base;
    private final Supplier<String> ids;
    private final Function<EntityKey, String> shown;
    private final BeforeWrite before;
    private final StoreClient client;
    private final JsonataTranslation reading;
    private final JsonataTranslation writing;
    private volatile @Nullable KeyKind known;

    private HttpEntityStore(
            SliceName slice,
            Side side,
            DataSpec data,
            HttpStore spec,
            URI base,
            Supplier<String> ids,
            Function<EntityKey, String> shown,
            BeforeWrite before) {
        this.slice = slice;
        this.side = side;
        this.name = "slice " + slice + ", " + side.label();
        this.keyFields = data.key();
        this.spec = spec;
        this.base = base;
        this.ids = ids;
        this.shown = shown;
        this.before = before;
        this.client = new StoreClient(name, spec.headers());
        this.reading = new JsonataTranslation(name + ": `read`", spec.read());
        this.writing = new JsonataTranslation(name + ": `write`", spec.write());
    }

    /**
     * @param base where the side's service is
     * @param ids a fresh idempotency key at each call
     * @param shown a key as it is shown to people
     * @param before asked right before each request that writes is sent
     * @throws IllegalArgumentException when an expression is no JSONata
     */
    public static HttpEntityStore open(
            SliceName slice,
            Side side,
            DataSpec data,
            HttpStore spec,
            URI base,
            Supplier<String> ids,
            Function<EntityKey, String> shown,
            BeforeWrite before) {
        return new HttpEntityStore(slice, side, data, spec, base, ids, shown, before);
    }

    @Override
    public Optional<KeyKind> keyKind() throws StoreException {
        KeyKind kind = known;
        if (kind == null) {
            List<Document> first = page(Optional.empty(), 1);
            if (first.isEmpty()) {
                return Optional.empty();
            }
            kind = first.getFirst().keyKind();
            known = kind;
        }
        return Optional.of(kind);
    }

    @Override
    public List<Document> scan(KeyRange range, int limit) throws StoreException {
        Optional<KeyKind> kind = keyKind();
        if (kind.isEmpty()) {
            return List.of();
        }
        Comparator<EntityKey> order = kind.get().order();
        List<Document> documents = new ArrayList<>();
        Optional<EntityKey> cursor = range.after();
        while (documents.size() < limit) {
            List<Document> page = page(cursor, Math.min(limit - documents.size(), LARGEST_PAGE));
            for (Document document : page) {
                if (!document.keyKind().equals(kind.get())) {
                    throw new StoreException(name + ": a key of the list is not of kind "
                            + kind.get().label() + " as the first one is; make `read` give one kind");
                }
                if (cursor.isPresent() && order.compare(document.key(), cursor.get()) <= 0) {
                    throw new StoreException(name + ": the list gives key " + shown.apply(document.key()) + " after "
                            + shown.apply(cursor.get()) + " (expected ascending "
                            + kind.get().label() + " keys after the cursor)");
                }
                cursor = Optional.of(document.key());
                if (range.upTo().isPresent()
                        && order.compare(document.key(), range.upTo().get()) > 0) {
                    return documents;
                }
                if (documents.size() < limit) {
                    documents.add(document);
                }
            }
            if (page.isEmpty()) {
                return documents;
            }
        }
        return documents;
    }

    private List<Document> page(Optional<EntityKey> cursor, int limit) throws StoreException {
        RequestTemplate list = RequestTemplate.of(spec.list(), "GET");
        Map<String, String> values =
                Map.of("cursor", cursor.map(EntityKey::value).orElse(""), "limit", Integer.toString(limit));
        StoreClient.Answer answer =
                client.send(list.method(), list.at(base, values), Optional.empty(), Map.of(), list.toString(), READS);
        if (!answer.ok()) {
            throw new StoreException(name + ": " + list + " was answered " + answer.status() + " (expected 2xx)");
        }
        JsonNode items = parsed(answer.body(), list).at(spec.items());
        if (!items.isArray()) {
            throw new StoreException(name + ": " + list + " has no array at \"" + spec.items()
                    + "\"; set `items` to the JSON pointer of the list");
        }
        List<Document> documents = new ArrayList<>(items.size());
        for (JsonNode item : items) {
            documents.add(document(item));
        }
        return documents;
    }

    private Document document(JsonNode item) throws StoreException {
        if (reading.apply(item) instanceof ObjectNode object) {
            return Document.of(keyFields, object);
        }
        throw new StoreException(name + ": a document is no JSON object after `read`");
    }

    private JsonNode parsed(byte[] body, RequestTemplate request) throws StoreException {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new StoreException(name + ": " + request + " was not answered with JSON", e);
        }
    }

    @Override
    public Map<EntityKey, Document> read(Collection<EntityKey> keys) throws StoreException {
        Map<EntityKey, Document> found = new LinkedHashMap<>();
        List<EntityKey> asked = List.copyOf(keys);
        List<Optional<Document>> answers = atOnce(asked, this::get);
        for (int i = 0; i < asked.size(); i++) {
            EntityKey key = asked.get(i);
            answers.get(i).ifPresent(document -> found.put(key, document));
        }
        return found;
    }

    private Optional<Document> get(EntityKey key) throws StoreException {
        RequestTemplate get = RequestTemplate.of(spec.get(), "GET");
        StoreClient.Answer answer = client.send(
                get.method(),
                get.at(base, RequestTemplate.values(keyFields, key)),
                Optional.empty(),
                Map.of(),
                get.toString(),
                READS);
        if (answer.absent()) {
            return Optional.empty();
        }
        if (!answer.ok()) {
            throw new StoreException(name + ": " + get + " was answered " + answer.status() + " (expected 2xx or 404)");
        }
        Document document = document(parsed(answer.body(), get));
        if (!document.key().equals(key)) {
            throw new StoreException(name + ": " + get + " for key " + shown.apply(key) + " was answered with key "
                    + shown.apply(document.key()));
        }
        return Optional.of(document);
    }

    @FunctionalInterface
    private interface Request<A, B> {
        B send(A input) throws StoreException;
    }

    /** Each on its own virtual thread; the client bounds how many are under way. */
    private static <A, B> List<B> atOnce(List<A> inputs, Request<A, B> request) throws StoreException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<B>> futures = new ArrayList<>(inputs.size());
            for (A input : inputs) {
                futures.add(threads.submit(() -> request.send(input)));
            }
            List<B> results = new ArrayList<>(inputs.size());
            try {
                for (Future<B> future : futures) {
                    results.add(future.get());
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                if (e.getCause() instanceof StoreException store) {
                    throw store;
                }
                throw new IllegalStateException("a request failed by a bug", e);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new StoreException("interrupted", e);
            }
            return results;
        }
    }

    @Override
    public WriteReport write(List<Document> documents) throws StoreException {
        return sum(atOnce(documents, this::put));
    }

    private WriteReport put(Document document) throws StoreException {
        RequestTemplate put = RequestTemplate.of(spec.put(), "PUT");
        byte[] body = JSON.writeValueAsBytes(writing.apply(document.body()));
        StoreClient.Answer answer = client.send(
                put.method(),
                put.at(base, RequestTemplate.values(keyFields, document.key())),
                Optional.of(body),
                Map.of("Idempotency-Key", ids.get()),
                put.toString(),
                before);
        return answer.ok() ? WriteReport.done(List.of(document.key())) : refused(document.key(), put, answer);
    }

    @Override
    public WriteReport delete(List<EntityKey> keys) throws StoreException {
        return sum(atOnce(keys, this::remove));
    }

    private WriteReport remove(EntityKey key) throws StoreException {
        RequestTemplate delete = RequestTemplate.of(spec.delete(), "DELETE");
        StoreClient.Answer answer = client.send(
                delete.method(),
                delete.at(base, RequestTemplate.values(keyFields, key)),
                Optional.empty(),
                Map.of("Idempotency-Key", ids.get()),
                delete.toString(),
                before);
        return answer.ok() || answer.absent() ? WriteReport.done(List.of(key)) : refused(key, delete, answer);
    }

    private WriteReport refused(EntityKey key, RequestTemplate request, StoreClient.Answer answer) {
        return WriteReport.refused(key, name + ": " + request + " was answered " + answer.status());
    }

    private static WriteReport sum(List<WriteReport> reports) {
        return reports.stream().reduce(WriteReport.NOTHING, WriteReport::plus);
    }

    @Override
    public List<StoreProblem> check() {
        List<StoreProblem> problems = new ArrayList<>();
        try {
            page(Optional.empty(), 1);
        } catch (StoreException e) {
            problems.add(new StoreProblem(slice, side, String.valueOf(e.getMessage())));
        }
        return problems;
    }

    @Override
    public List<String> fields() {
        return List.of();
    }

    /** Counts by listing. */
    @Override
    public long count(KeyRange range) throws StoreException {
        long count = 0;
        KeyRange rest = range;
        while (true) {
            List<Document> page = scan(rest, PAGE);
            count += page.size();
            if (page.size() < PAGE) {
                return count;
            }
            rest = rest.behind(page.getLast().key());
        }
    }

    @Override
    public Optional<EntityKey> last() throws StoreException {
        Optional<EntityKey> last = Optional.empty();
        KeyRange rest = KeyRange.ALL;
        while (true) {
            List<Document> page = scan(rest, PAGE);
            if (!page.isEmpty()) {
                last = Optional.of(page.getLast().key());
            }
            if (page.size() < PAGE) {
                return last;
            }
            rest = rest.behind(page.getLast().key());
        }
    }

    @Override
    public Optional<EntityKey> nth(KeyRange range, int position) throws StoreException {
        int left = position;
        KeyRange rest = range;
        while (true) {
            List<Document> page = scan(rest, Math.min(left, PAGE));
            if (page.size() < Math.min(left, PAGE)) {
                return Optional.empty();
            }
            left -= page.size();
            if (left == 0) {
                return Optional.of(page.getLast().key());
            }
            rest = rest.behind(page.getLast().key());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
