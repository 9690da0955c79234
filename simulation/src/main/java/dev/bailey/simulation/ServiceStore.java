package dev.bailey.simulation;

import dev.bailey.datasync.store.Document;
import dev.bailey.datasync.store.EntityStore;
import dev.bailey.datasync.store.KeyKind;
import dev.bailey.datasync.store.KeyRange;
import dev.bailey.datasync.store.StoreException;
import dev.bailey.datasync.store.StoreProblem;
import dev.bailey.datasync.store.WriteReport;
import dev.bailey.model.route.EntityKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A service's store as one process reaches it: over a connection that takes time and breaks, before or after a write was made. */
final class ServiceStore implements EntityStore {

    private final World world;
    private final Life life;
    private final Service service;

    ServiceStore(World world, Life life, Service service) {
        this.world = world;
        this.life = life;
        this.service = service;
    }

    @Override
    public Optional<KeyKind> keyKind() {
        return Optional.of(KeyKind.TEXT);
    }

    @Override
    public Map<EntityKey, Document> read(Collection<EntityKey> keys) throws StoreException {
        travel();
        Map<EntityKey, Document> found = new LinkedHashMap<>();
        for (EntityKey key : keys) {
            String text = service.item(key.value());
            if (text != null) {
                found.put(key, document(key.value(), text));
            }
        }
        travel();
        return found;
    }

    private static Document document(String key, String text) throws StoreException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("id", key);
        body.put("text", text);
        return Document.of("id", body);
    }

    @Override
    public WriteReport write(List<Document> documents) throws StoreException {
        if (documents.isEmpty()) {
            return WriteReport.NOTHING;
        }
        world.faults().mayDie(life, world.choices().dieAt(), "before a refresh writes");
        List<EntityKey> done = documents.stream().map(Document::key).toList();
        arrive(
                done,
                () -> documents.forEach(document ->
                        set(document.key(), document.body().path("text").asString())));
        world.faults().mayDie(life, world.choices().dieAt(), "after a refresh wrote");
        travel();
        return WriteReport.done(done);
    }

    @Override
    public WriteReport delete(List<EntityKey> keys) throws StoreException {
        if (keys.isEmpty()) {
            return WriteReport.NOTHING;
        }
        arrive(keys, () -> keys.forEach(key -> set(key, null)));
        travel();
        return WriteReport.done(keys);
    }

    private void set(EntityKey key, @Nullable String text) {
        world.machine().say("refresh " + key + " at " + service.side() + ": " + (text == null ? "gone" : text));
        service.set(key.value(), text);
        world.refreshed(service.side(), key.value());
    }

    /** A change comes there; what one of several nodes has sent does so although it stands still meanwhile, or dies. */
    private void arrive(List<EntityKey> keys, Runnable change) throws StoreException {
        if (!world.isCrew()) {
            travel();
            change.run();
            return;
        }
        for (EntityKey key : keys) {
            world.tell(invariant -> invariant.carried(life, service.side(), key.value(), "a refresh of " + key));
        }
        Faults faults = world.faults();
        boolean fails =
                faults.isAway(service.side()) || faults.happens(world.choices().lose());
        CompletableFuture<Boolean> there = new CompletableFuture<>();
        world.machine().alarm(world.life(), faults.between(world.millis(1) / 4, world.millis(8)), () -> {
            if (!fails) {
                change.run();
            }
            there.complete(true);
        });
        there.join();
        if (fails) {
            throw new StoreException("simulated: the store cannot be reached");
        }
    }

    private void travel() throws StoreException {
        Faults faults = world.faults();
        life.sleepOn(faults.between(world.millis(1) / 4, world.millis(8)));
        if (faults.isAway(service.side()) || faults.happens(world.choices().lose())) {
            throw new StoreException("simulated: the store cannot be reached");
        }
    }

    @Override
    public List<Document> scan(KeyRange range, int limit) throws StoreException {
        List<Document> found = new ArrayList<>();
        for (Map.Entry<String, String> item : service.items().entrySet()) {
            found.add(document(item.getKey(), item.getValue()));
        }
        return found;
    }

    @Override
    public List<StoreProblem> check() {
        return List.of();
    }

    @Override
    public List<String> fields() {
        return List.of("id", "text");
    }

    @Override
    public long count(KeyRange range) {
        return service.items().size();
    }

    @Override
    public Optional<EntityKey> last() {
        return Optional.empty();
    }

    @Override
    public Optional<EntityKey> nth(KeyRange range, int position) {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
