package dev.bailey.simulation;

import dev.bailey.model.spec.KeptKeysSpec;
import dev.bailey.model.spec.WritesSpec.Idempotency;
import dev.bailey.model.spec.WritesSpec.Replicate;
import dev.bailey.simulation.Write.Kind;
import dev.bailey.simulation.Write.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes one thing after another, and remembers what it was told. Where the gateway keeps its key, it asks again when it was
 * told nothing, or nothing for sure, and now and then all the same; or it uses the key for something else.
 */
final class Client {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration INSISTS = Duration.ofSeconds(1);
    private static final int MOST_REPEATS = 4;

    /** Changes of keys that failed were made by then. */
    private static final Duration SETTLED = Duration.ofSeconds(3);

    /** Keys of a node that is gone are under way until its lease is over and whoever leads has looked, every few seconds. */
    private static final Duration DECIDED = Duration.ofSeconds(15);

    private final World world;
    private final String name;
    private final List<String> entities;
    private boolean done;
    private int waiting;

    /** @param entities the entities all clients know of */
    Client(World world, String name, List<String> entities) {
        this.world = world;
        this.name = name;
        this.entities = entities;
    }

    boolean isDone() {
        return done && waiting == 0;
    }

    void run() {
        try {
            for (int n = 0; n < world.choices().writesOfEach(); n++) {
                world.life().sleep(Duration.ofNanos(world.random().nextLong(world.pace())));
                Write write = next(n);
                if (world.isKept(write)) {
                    insist(write);
                } else {
                    write(write);
                }
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
        boolean keyed = choices.isKeyed() && world.random().nextBoolean();
        boolean bodyKept = world.random().nextInt(10) > 0;
        Write write = new Write(name, tag, kind, entity, keyed ? Optional.of("client-" + tag) : keptKey(n), bodyKept);
        world.begins(write);
        return write;
    }

    /** Where keys are scoped by their client, all clients use the same ones. */
    private Optional<String> keptKey(int n) {
        return world.choices()
                .writes()
                .keptKeys()
                .filter(_ -> world.random().nextInt(5) > 0)
                .map(keys -> keys.consumer().isPresent() ? "key-" + n : name + "-key-" + n);
    }

    /** Asks again with the same key, soon, until it knows; and now and then uses the key for something else. */
    private void insist(Write write) throws InterruptedException {
        long until = world.machine().now() + INSISTS.toNanos();
        Optional<Told> told = askWithoutPatience(write);
        for (int again = 0; again < MOST_REPEATS && world.machine().now() < until; again++) {
            boolean knows =
                    told.isPresent() && (told.get() instanceof Told.Done || told.get() instanceof Told.Rejected);
            int drawn = world.random().nextInt(8);
            if (knows && drawn > 1) {
                return;
            }
            world.life().sleep(Duration.ofNanos(world.random().nextLong(world.millis(200))));
            if (drawn == 0) {
                askWithoutPatience(otherwise(write, write.tag() + "x"));
                return;
            }
            world.counts().repeated++;
            told = askWithoutPatience(write);
        }
    }

    /** Another write with the key of one there was. */
    private Write otherwise(Write write, String tag) {
        Write other = new Write(write.client(), tag, Kind.PUT, Optional.of(entities.getFirst()), write.key(), true);
        world.begins(other);
        return other;
    }

    /** Now that nothing goes wrong, a key says what became of its write, or that nobody knows; and it is free when it has expired. */
    void askAgain() throws InterruptedException {
        Optional<KeptKeysSpec> keys = world.choices().writes().keptKeys();
        List<Write> kept = world.writes().stream().filter(world::isKept).toList();
        if (keys.isEmpty() || kept.isEmpty()) {
            return;
        }
        if (keys.get().keep().equals(Choices.SHORT_KEEP)) {
            world.life().sleep(keys.get().keep().plus(SETTLED));
            Write write = kept.getFirst();
            Optional<Told> told = write(otherwise(write, name + "k"));
            if (!(told.orElse(null) instanceof Told.Done)) {
                world.broken("ExpiredKeysAreFree", write.key() + " has expired, and its next write was told " + told);
            }
            return;
        }
        world.life().sleep(world.isCrew() ? DECIDED : SETTLED);
        for (Write write : kept) {
            world.counts().repeated++;
            Optional<Told> told = write(write);
            if (told.orElse(null) instanceof Told.Refused(int status, String _, boolean later)
                    && status == 409
                    && later) {
                world.broken("KeysComeToAnEnd", write + " was told " + told + " though nothing is under way");
            }
        }
    }

    /** Now that nothing goes wrong, every entity can be written. */
    void writeEach() throws InterruptedException {
        int n = 0;
        for (String entity : List.copyOf(entities)) {
            Write write = new Write(name, name + n++, Kind.PUT, Optional.of(entity), Optional.empty(), true);
            world.begins(write);
            Optional<Told> told = write(write);
            if (!(told.orElse(null) instanceof Told.Done)) {
                world.broken("EverythingCanBeWrittenAtRest", write + " was told " + told);
            }
        }
    }

    private Optional<Told> write(Write write) throws InterruptedException {
        return answer(write, ask(write));
    }

    /** Now and then the client does not wait for the answer; somebody else does. */
    private Optional<Told> askWithoutPatience(Write write) throws InterruptedException {
        CompletableFuture<Told> told = ask(write);
        if (world.random().nextInt(3) > 0) {
            return answer(write, told);
        }
        Optional<Told> soon =
                world.life().await(told, Duration.ofMillis(2 + world.random().nextInt(100)));
        if (soon.isEmpty()) {
            waiting++;
            world.life().start(() -> {
                try {
                    answer(write, told);
                } catch (InterruptedException impossible) {
                    throw new IllegalStateException(impossible);
                } finally {
                    waiting--;
                }
            });
        }
        return soon;
    }

    private CompletableFuture<Told> ask(Write write) throws InterruptedException {
        Node node = world.serving();
        while (node == null || node.life().isOver()) {
            world.life().sleep(Duration.ofMillis(10));
            node = world.serving();
        }
        Node serving = node;
        world.machine().say(write + " begins at " + serving.name());
        world.spans().begins(write, world.machine().now());
        world.tell(invariant -> invariant.asked(write));
        CompletableFuture<Told> told = new CompletableFuture<>();
        serving.life().start(() -> {
            Told answer = new FrontEnd(world, serving, write).serve();
            world.told(write, answer);
            if (!(answer instanceof Told.Unknown)) {
                world.spans().ends(write, world.machine().now());
            }
            world.tell(invariant -> invariant.told(serving, write, answer));
            told.complete(answer);
        });
        serving.life().onDeath(() -> told.complete(new Told.Unknown("the gateway died")));
        return told;
    }

    private Optional<Told> answer(Write write, CompletableFuture<Told> told) throws InterruptedException {
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
