package dev.bailey.simulation;

import dev.bailey.model.spec.WritesSpec.Idempotency;
import dev.bailey.model.spec.WritesSpec.Replicate;
import dev.bailey.simulation.Write.Kind;
import dev.bailey.simulation.Write.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Writes one thing after another, and remembers what it was told. */
final class Client {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final World world;
    private final String name;
    private final List<String> entities;
    private boolean done;

    /** @param entities the entities all clients know of */
    Client(World world, String name, List<String> entities) {
        this.world = world;
        this.name = name;
        this.entities = entities;
    }

    boolean isDone() {
        return done;
    }

    void run() {
        try {
            for (int n = 0; n < world.choices().writesOfEach(); n++) {
                world.life().sleep(Duration.ofNanos(world.random().nextLong(world.millis(60))));
                write(next(n));
            }
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            done = true;
        }
    }

    private Write next(int n) {
        Choices choices = world.choices();
        String tag = name + n;
        boolean natural = choices.writes().idempotency() == Idempotency.NATURAL
                && choices.writes().replicate() == Replicate.REPLAY;
        int drawn = world.random().nextInt(10);
        Kind kind = drawn < 4 ? Kind.PUT : drawn < 5 ? Kind.DELETE : drawn < 8 ? Kind.ADD : Kind.CREATE;
        if (natural && kind != Kind.DELETE) {
            kind = Kind.PUT;
        }
        Optional<String> entity = kind == Kind.CREATE
                ? Optional.empty()
                : Optional.of(entities.get(world.random().nextInt(entities.size())));
        Write write = new Write(
                tag,
                kind,
                entity,
                choices.isKeyed() && world.random().nextBoolean(),
                world.random().nextInt(10) > 0);
        world.begins(write);
        return write;
    }

    /** Now that nothing goes wrong, every entity can be written. */
    void writeEach() throws InterruptedException {
        int n = 0;
        for (String entity : List.copyOf(entities)) {
            Write write = new Write(name + n++, Kind.PUT, Optional.of(entity), false, true);
            world.begins(write);
            Optional<Told> told = write(write);
            if (!(told.orElse(null) instanceof Told.Done)) {
                world.broken("EverythingCanBeWrittenAtRest", write + " was told " + told);
            }
        }
    }

    private Optional<Told> write(Write write) throws InterruptedException {
        Node node = world.node();
        while (node == null || node.life().isOver()) {
            world.life().sleep(Duration.ofMillis(10));
            node = world.node();
        }
        Node serving = node;
        world.machine().say(write + " begins at " + serving.name());
        CompletableFuture<Told> told = new CompletableFuture<>();
        serving.life().start(() -> {
            Told answer = new FrontEnd(world, serving, write).serve();
            world.told(write, answer);
            world.tell(invariant -> invariant.told(serving, write, answer));
            told.complete(answer);
        });
        serving.life().onDeath(() -> told.complete(new Told.Unknown("the gateway died")));
        Optional<Told> answer = world.life().await(told, PATIENCE);
        world.machine().say(write + " told " + answer.map(Object::toString).orElse("nothing"));
        if (answer.isEmpty()) {
            world.broken("EveryWriteIsAnswered", write + " has no answer after " + PATIENCE.toSeconds() + " s");
        } else if (answer.get() instanceof Told.Done(int _, String entity)
                && entity != null
                && !entities.contains(entity)) {
            entities.add(entity);
        }
        return answer;
    }

    static List<String> entities(World world) {
        List<String> entities = new ArrayList<>();
        for (int i = 0; i < world.choices().entities(); i++) {
            entities.add("e" + i);
        }
        return entities;
    }
}
