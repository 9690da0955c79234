package dev.bailey.model.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkTest {

    @Test
    void holdsWhatSharesItsPrefix() {
        Network ten = network("10.0.0.0/8");
        assertThat(ten.contains(address("10.255.1.2"))).isTrue();
        assertThat(ten.contains(address("11.0.0.0"))).isFalse();
        assertThat(ten.contains(address("9.255.255.255"))).isFalse();

        Network local = network("fd00::/8");
        assertThat(local.contains(address("fdff:1::9"))).isTrue();
        assertThat(local.contains(address("fe80::1"))).isFalse();

        Network deep = network("2001:db8::4/126");
        assertThat(deep.contains(address("2001:db8::7"))).isTrue();
        assertThat(deep.contains(address("2001:db8::8"))).isFalse();
    }

    @Test
    void oneAddressIsANetworkOfItsOwn() {
        assertThat(network("192.0.2.1")).isEqualTo(network("192.0.2.1/32"));
        assertThat(network("192.0.2.1").contains(address("192.0.2.1"))).isTrue();
        assertThat(network("192.0.2.1").contains(address("192.0.2.2"))).isFalse();
        assertThat(network("::1")).isEqualTo(network("::1/128"));
    }

    @Test
    void aMappedAddressIsTheIpv4AddressItMeans() {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 10;
        assertThat(network("10.0.0.0/8").contains(mapped)).isTrue();
        assertThat(network("::ffff:10.0.0.0/104")).isEqualTo(network("10.0.0.0/8"));
    }

    @Test
    void allOfIpv6HoldsNoIpv4() {
        assertThat(network("::/0").contains(address("2001:db8::1"))).isTrue();
        assertThat(network("::/0").contains(address("10.0.0.1"))).isFalse();
        assertThat(network("0.0.0.0/0").contains(address("10.0.0.1"))).isTrue();
        assertThat(network("0.0.0.0/0").contains(address("2001:db8::1"))).isFalse();
    }

    @Test
    void bytesThatAreNoAddressAreInNoNetwork() {
        for (int length : List.of(0, 3, 5, 15, 17)) {
            assertThat(network("0.0.0.0/0").contains(new byte[length])).isFalse();
            assertThat(network("::/0").contains(new byte[length])).isFalse();
        }
    }

    @Test
    void bitsBeyondThePrefixAreDropped() {
        assertThat(network("10.1.2.3/8")).hasToString("10.0.0.0/8");
        assertThat(network("2001:db8:ffff::/32")).hasToString("2001:db8:0:0:0:0:0:0/32");
        assertThat(network("10.1.2.3/8").begins("10.1.2.3/8")).isFalse();
        assertThat(network("10.0.0.0/8").begins("10.0.0.0/8")).isTrue();
        assertThatThrownBy(() -> new Network(0, 1, 127)).hasMessageContaining("beyond its prefix");
    }

    @Test
    void textThatNamesNoNetworkIsNone() {
        for (String text : List.of(
                "",
                "/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "10.0.0/8",
                "10.0.0.256",
                "010.0.0.1",
                "1e1.0.0.1",
                "fd00::/129",
                "fd00:::/8",
                "fd00",
                ":",
                "::ffff:10.0.0.0/8",
                "fe80::1%eth0",
                "localhost",
                "example.org/8",
                " 10.0.0.0/8")) {
            assertThat(Network.parse(text)).as("'%s'", text).isEmpty();
        }
    }

    @Test
    void agreesWithArithmeticOnRandomNetworks() {
        long seed = 20_261_121L;
        Random random = new Random(seed);
        int held = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] base = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(base);
            int bits = base.length * 8;
            int prefix = random.nextInt(bits + 1);
            byte[] other = base.clone();
            int flipped = random.nextInt(bits);
            other[flipped / 8] ^= (byte) (0x80 >> flipped % 8);

            Network network = network(text(base) + "/" + prefix);
            boolean expected = new BigInteger(1, base)
                    .shiftRight(bits - prefix)
                    .equals(new BigInteger(1, other).shiftRight(bits - prefix));
            String what = "seed " + seed + " round " + round + " " + network + " " + Arrays.toString(other);
            assertThat(network.contains(base)).as(what).isTrue();
            assertThat(network.contains(other)).as(what).isEqualTo(expected);
            assertThat(network(network.toString())).as(what).isEqualTo(network);
            held += expected ? 1 : 0;
        }
        assertThat(held).isBetween(5_000, 15_000);
    }

    private static Network network(String text) {
        return Network.parse(text).orElseThrow();
    }

    private static byte[] address(String literal) {
        return InetAddress.ofLiteral(literal).getAddress();
    }

    private static String text(byte[] address) {
        if (address.length == 4) {
            return (address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + "."
                    + (address[3] & 0xff);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i += 2) {
            text.append(i == 0 ? "" : ":")
                    .append(Integer.toHexString((address[i] & 0xff) << 8 | (address[i + 1] & 0xff)));
        }
        return text.toString();
    }
}
