package dev.bailey.model.route;

import dev.bailey.model.spec.MigrationSpec;
import dev.bailey.model.spec.SliceSpec;

/** Keys as they are shown to people: as they are, or {@linkplain HiddenKey hidden}. */
public final class ShownKey {

    private ShownKey() {}

    public static String of(SliceSpec slice, EntityKey key) {
        return slice.hidesKeys() ? HiddenKey.of(key) : key.value();
    }

    /** Hidden where the file does not know the slice any more. */
    public static String of(MigrationSpec spec, SliceName slice, EntityKey key) {
        return spec.slice(slice).map(known -> of(known, key)).orElseGet(() -> HiddenKey.of(key));
    }
}
