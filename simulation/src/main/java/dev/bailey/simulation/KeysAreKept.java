package dev.bailey.simulation;

import dev.bailey.model.route.RouteDecision;
import dev.bailey.model.spec.KeptKeysSpec;
import dev.bailey.model.write.Outcome;
import dev.bailey.simulation.Write.Told;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway keeps a key, one write goes out with it; whoever repeats the write is told what its service answered, and
 * nothing else, or that it is not known; and whoever is the first to use a key is not told that it is taken.
 */
final class KeysAreKept extends Invariant {

    private final Map<Key, Write> holders = new HashMap<>();
    private final Map<Key, Set<String>> users = new HashMap<>();
    private final Map<String, Integer> asked = new HashMap<>();
    private final Map<String, Long> firstAsked = new HashMap<>();
    private final Map<String, Service.Answer> answers = new HashMap<>();
    private final Map<String, Told> firstTold = new HashMap<>();

    private record Key(String consumer, String key) {}

    KeysAreKept(World world) {
        super(world);
    }

    private KeptKeysSpec spec() {
        return world.choices().writes().keptKeys().orElseThrow();
    }

    private Key key(Write write) {
        return new Key(
                spec().consumer().map(_ -> write.client()).orElse(""),
                write.key().orElseThrow());
    }

    @Override
    void asked(Write write) {
        if (world.isKept(write)) {
            asked.merge(write.tag(), 1, Integer::sum);
            firstAsked.putIfAbsent(write.tag(), world.machine().now());
            users.computeIfAbsent(key(write), _ -> new HashSet<>()).add(write.tag());
        }
    }

    @Override
    void forwarded(Node node, Write write, RouteDecision decision) {
        if (!world.isKept(write)) {
            return;
        }
        Write holder = holders.put(key(write), write);
        if (holder != null && !holder.equals(write) && !mayHaveExpired(holder)) {
            broken(write + " is sent with " + key(write) + ", which " + holder + " has");
        }
    }

    private boolean mayHaveExpired(Write holder) {
        return world.machine().now() - Objects.requireNonNull(firstAsked.get(holder.tag()))
                >= spec().keep().toNanos();
    }

    @Override
    void settled(Node node, Write write, Outcome outcome) {
        if (outcome instanceof Outcome.Rejected && world.isKept(write)) {
            holders.remove(key(write), write);
        }
    }

    @Override
    void answered(Write write, Service.Answer answer) {
        answers.put(write.tag(), answer);
    }

    @Override
    void told(Node node, Write write, Told told) {
        if (!world.isKept(write)) {
            return;
        }
        Service.Answer answer = answers.get(write.tag());
        switch (told) {
            case Told.Done(int status, String entity) -> {
                if (answer == null || !answer.applied() || status != answer.status() || !isSame(entity, answer)) {
                    broken(write + " was told " + told + " and its service answered " + answer);
                }
                if (world.isForgotten(write)) {
                    broken(write + " was told " + told + " after what it created was removed as a leftover");
                }
                again(write, told);
            }
            case Told.Rejected rejected -> {
                if (answer == null || rejected.status() != answer.status()) {
                    broken(write + " was told " + told + " and its service answered " + answer);
                }
                if (rejected.lasting()) {
                    holders.put(key(write), write);
                }
                again(write, told);
            }
            case Told.Refused refused -> {
                boolean isFree = switch (refused.status()) {
                    case 409 -> asked.getOrDefault(write.tag(), 0) < 2;
                    case 422 -> Objects.requireNonNull(users.get(key(write))).size() < 2;
                    default -> false;
                };
                if (isFree) {
                    broken(write + " was told " + told + " though nobody had used " + key(write) + " before");
                }
            }
            case Told.Unknown _ -> {}
        }
    }

    private static boolean isSame(@Nullable String entity, Service.Answer answer) {
        return entity == null || entity.equals(answer.entity());
    }

    private void again(Write write, Told told) {
        Told first = firstTold.putIfAbsent(write.tag(), told);
        boolean isSame = switch (first) {
            case null -> true;
            case Told.Done done -> told instanceof Told.Done(int status, String _) && status == done.status();
            case Told.Rejected(int status, boolean lasting) ->
                !lasting || (told instanceof Told.Rejected(int now, boolean _) && now == status);
            case Told.Refused _, Told.Unknown _ -> true;
        };
        if (!isSame) {
            broken(write + " was told " + told + " (expected " + first + ", as before)");
        }
        if (first instanceof Told.Rejected(int _, boolean lasting) && !lasting) {
            firstTold.put(write.tag(), told);
        }
    }
}
