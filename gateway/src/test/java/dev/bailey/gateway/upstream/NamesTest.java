package dev.bailey.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.model.spec.HostPort;
import dev.bailey.testkit.FakeClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class NamesTest {

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final FakeClock clock = FakeClock.atNoon();
    private final Addresses addresses = new Addresses("modern", null, false, clock.nanoTime());
    private final Map<String, List<String>> records = new HashMap<>();
    private int lookups;

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        lookups++;
        List<String> found = records.get(host);
        if (found == null) {
            throw new UnknownHostException(host);
        }
        return found.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    private Names names(Executor executor, HostPort... places) {
        Names names = new Names(addresses, List.of(places), this::lookUp, EVERY, executor);
        names.lookUp();
        return names;
    }

    private void pass(Names names, Duration time) {
        clock.advance(time);
        names.run(clock.nanoTime().getAsLong());
    }

    private List<String> known() {
        return addresses.all().stream().map(Address::toString).toList();
    }

    @Test
    void allRecordsOfANameAreItsAddresses() {
        records.put("orders", List.of("10.0.0.1", "10.0.0.2", "fd00::1"));
        names(Runnable::run, new HostPort("orders", 8080));
        assertThat(known()).containsExactly("10.0.0.1:8080", "10.0.0.2:8080", "[fd00:0:0:0:0:0:0:1]:8080");
    }

    @Test
    void aListOfPlacesIsLookedUpEachWithItsPort() {
        records.put("a", List.of("10.0.0.1"));
        records.put("10.0.0.9", List.of("10.0.0.9"));
        names(Runnable::run, new HostPort("a", 1), new HostPort("10.0.0.9", 2));
        assertThat(known()).containsExactly("10.0.0.1:1", "10.0.0.9:2");
    }

    @Test
    void changesAreFollowedEveryTenSeconds() {
        records.put("orders", List.of("10.0.0.1", "10.0.0.2"));
        Names names = names(Runnable::run, new HostPort("orders", 80));
        Address leaving = addresses.all().getFirst();
        pass(names, Duration.ZERO);
        records.put("orders", List.of("10.0.0.3", "10.0.0.2"));
        pass(names, Duration.ofSeconds(9));
        assertThat(known()).containsExactly("10.0.0.1:80", "10.0.0.2:80");
        pass(names, Duration.ofSeconds(1));
        assertThat(known()).containsExactly("10.0.0.3:80", "10.0.0.2:80");
        assertThat(leaving.isGone()).isTrue();
    }

    @Test
    void anAnswerThatFailsKeepsTheLast() {
        records.put("a", List.of("10.0.0.1"));
        records.put("b", List.of("10.0.0.2"));
        Names names = names(Runnable::run, new HostPort("a", 80), new HostPort("b", 80));
        pass(names, Duration.ZERO);
        records.remove("a");
        records.put("b", List.of("10.0.0.3"));
        pass(names, EVERY);
        assertThat(known()).containsExactly("10.0.0.1:80", "10.0.0.3:80");
        records.put("a", List.of("10.0.0.4"));
        pass(names, EVERY);
        assertThat(known()).containsExactly("10.0.0.4:80", "10.0.0.3:80");
    }

    @Test
    void aNameUnknownAtTheStartIsFoundLater() {
        Names names = names(Runnable::run, new HostPort("late", 80));
        pass(names, Duration.ZERO);
        assertThat(known()).isEmpty();
        records.put("late", List.of("10.0.0.1"));
        pass(names, EVERY);
        assertThat(known()).containsExactly("10.0.0.1:80");
    }

    @Test
    void aSlowResolverIsNotAskedTwiceAtOnce() {
        records.put("orders", List.of("10.0.0.1"));
        ArrayDeque<Runnable> pending = new ArrayDeque<>();
        Names names = names(pending::add, new HostPort("orders", 80));
        pass(names, Duration.ZERO);
        pass(names, EVERY);
        pass(names, EVERY);
        pass(names, EVERY);
        assertThat(pending).hasSize(1);
        pending.remove().run();
        pass(names, EVERY);
        assertThat(pending).hasSize(1);
    }

    @Test
    void literalAddressesAreNotLookedUpAgain() {
        records.put("10.0.0.1", List.of("10.0.0.1"));
        records.put("::1", List.of("::1"));
        Names names = names(Runnable::run, new HostPort("10.0.0.1", 80), new HostPort("::1", 80));
        int before = lookups;
        pass(names, Duration.ZERO);
        pass(names, EVERY);
        assertThat(lookups).isEqualTo(before);
        assertThat(names.run(0)).isEqualTo(Upkeep.Chore.NEVER);
    }
}
