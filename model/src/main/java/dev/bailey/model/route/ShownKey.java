package dev.bailey.model.route;

import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;
import java.util.function.Function;

/** Keys as they are shown to people: as they are, or {@linkplain HiddenKey hidden}. */
public final class ShownKey {

    private ShownKey() {}

    public static String of(SliceSpec slice, EntityKey key) {
        return in(slice).apply(key);
    }

    /** The form of a slice's keys, for who does not know the slice. */
    public static Function<EntityKey, String> in(SliceSpec slice) {
        return slice.hidesKeys() ? HiddenKey::of : EntityKey::value;
    }

    /** Hidden where the file does not know the slice any more. */
    public static String of(MigrationSpec spec, SliceName slice, EntityKey key) {
        return spec.slice(slice).map(known -> of(known, key)).orElseGet(() -> HiddenKey.of(key));
    }
}
