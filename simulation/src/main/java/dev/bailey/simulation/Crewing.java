package dev.bailey.simulation;

import dev.bailey.control.state.DebtDisk;
import dev.bailey.control.state.Debts;
import dev.bailey.control.state.Fence;
import dev.bailey.control.state.SimulatedStore;
import dev.bailey.control.state.StateDb;
import dev.bailey.control.state.StoreServer;
import dev.bailey.journal.sqlite.SharedJournals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What several nodes of a world share, and what becomes of each: places in which one life of a process follows another. */
final class Crewing {

    /** How long a node's time lasts: a write may be sent for a quarter of it after each renewal, and a bit. */
    static final Duration LENGTH = Duration.ofMillis(2_800);

    private final int places;
    private final StoreServer server;
    private final SharedJournals journals = new SharedJournals();
    private final TreeMap<Integer, Node> nodes = new TreeMap<>();
    private final long[] cutUntil;
    private final List<DebtDisk> disks;
    private final Map<Life, String> origins = new HashMap<>();
    private final Set<Node> leaving = new HashSet<>();
    private @Nullable Node leader;

    Crewing(int places, StoreServer server) {
        this.places = places;
        this.server = server;
        this.cutUntil = new long[places];
        this.disks = Stream.generate(DebtDisk::new).limit(places).toList();
    }

    int places() {
        return places;
    }

    StoreServer server() {
        return server;
    }

    SharedJournals journals() {
        return journals;
    }

    /** The own disk of a place. */
    DebtDisk disk(int place) {
        return disks.get(place);
    }

    /** Debts that have not come to the store. */
    List<Debts.Debt> waiting() {
        return disks.stream().flatMap(disk -> disk.debts().stream()).toList();
    }

    /** Looks at the store without a way to it. */
    StateDb observed(World world) {
        return StateDb.open(new SimulatedStore(server, StoreWay.none(world)), Fence.none());
    }

    /** Those that carry traffic. */
    List<Node> nodes() {
        return new ArrayList<>(nodes.values());
    }

    void serves(int place, Node node) {
        nodes.put(place, node);
    }

    /** A node takes no more writes: it is about to end. */
    void leaves(Node node) {
        leaving.add(node);
    }

    /** Those that take writes. */
    List<Node> serving() {
        return nodes.values().stream().filter(node -> !leaving.contains(node)).toList();
    }

    /** That of a place; null while it does not serve. */
    @Nullable
    Node node(int place) {
        return nodes.get(place);
    }

    /** The node of a place is gone; null when it did not serve yet. */
    @Nullable
    Node gone(int place) {
        Node gone = nodes.remove(place);
        if (gone != null && gone.equals(leader)) {
            leader = null;
        }
        return gone;
    }

    /** A process has begun under an origin. */
    void lives(Life life, String origin) {
        origins.put(life, origin);
    }

    String originOf(Life life) {
        return origins.getOrDefault(life, life.name());
    }

    /** Who decides. */
    @Nullable
    Node leader() {
        return leader;
    }

    void leads(Node node) {
        leader = node;
    }

    void cut(int place, long until) {
        cutUntil[place] = Math.max(cutUntil[place], until);
    }

    boolean isCut(int place, long now) {
        return place >= 0 && cutUntil[place] > now;
    }

    /** Everybody is there, awake and may write, and one leads. */
    boolean isWhole(Machine machine) {
        return leader != null
                && nodes.size() == places
                && nodes.values().stream().allMatch(node -> node.maySend() && !machine.isFrozen(node.life()));
    }
}
