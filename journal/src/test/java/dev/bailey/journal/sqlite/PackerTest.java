package dev.bailey.journal.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bailey.journal.group.Code;
import dev.bailey.model.write.Header;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackerTest {

    private static final String LONG = "x".repeat(5_000);

    private final Packer packer = new Packer();

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "Grüße", "ends with é", "日本", "\uD83D\uDE00", "\u007f\u0080"})
    void packsTextsOfAnyAlphabetLikeTheirBytes(String text) {
        List<Header> headers = List.of(new Header("Accept", "any"), new Header("X-Name", text + LONG + text));
        packer.text(text);
        packer.headers(headers);
        packer.text(LONG + text);
        packer.headers(List.of());
        packer.count(7);

        Unpacker from = Unpacker.checked(packer.sealed(), "all");
        assertThat(from.text()).isEqualTo(text);
        byte[] packed = from.bytes();
        assertThat(packed).isEqualTo(Code.of(headers));
        assertThat(Code.headers(packed)).isEqualTo(headers);
        assertThat(from.text()).isEqualTo(LONG + text);
        assertThat(from.bytes()).isEmpty();
        assertThat(from.count()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 5_000})
    void sealsPartsThatFollowEachOtherAsIfEachWereAlone(int before) {
        packer.bytes(new byte[before]);
        packer.seal(0);
        int begin = packer.length();
        packer.text("second");
        packer.seal(begin);
        ByteBuffer second = packer.written(begin, packer.length());
        byte[] bytes = new byte[second.remaining()];
        second.get(bytes);

        assertThat(Unpacker.checked(bytes, "the second").text()).isEqualTo("second");
    }
}
