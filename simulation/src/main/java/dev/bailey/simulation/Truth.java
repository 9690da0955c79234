package dev.bailey.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the entities are, by the writes their authorities took, in the order they took them. */
final class Truth {

    private final TreeMap<String, String> items = new TreeMap<>();
    private final Map<String, Integer> places = new HashMap<>();

    /** A service applied a write; true when it is the first that did. */
    boolean took(Write write, String entity) {
        if (places.putIfAbsent(write.tag(), places.size()) != null) {
            return false;
        }
        switch (write.kind()) {
            case CREATE, PUT -> items.put(entity, write.tag());
            case ADD -> items.merge(entity, "+" + write.tag(), String::concat);
            case DELETE -> items.remove(entity);
        }
        return true;
    }

    /** An entity of whose creation nobody was told is removed again: it might as well never have been. */
    void forget(String entity) {
        items.remove(entity);
    }

    boolean has(String tag) {
        return places.containsKey(tag);
    }

    /** The place of a write among all. */
    int place(String tag) {
        return places.getOrDefault(tag, -1);
    }

    @Nullable
    String item(String entity) {
        return items.get(entity);
    }

    Map<String, String> items() {
        return items;
    }
}
