package dev.bailey.datasync;

import dev.bailey.model.spec.DataSpec;
import dev.bailey.model.spec.DataSpec.SqlStore;
import dev.bailey.model.spec.DataSpec.StoreSpec;
import dev.bailey.model.spec.DataSpec.WriteTable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Tells one way of reading and writing two stores from another: what was done in one way says nothing of the other. */
final class DataShape {

    private static final int BYTES = 16;

    /** In an address: a parameter that is a password, or holds one, and what stands between a login's name and the host. */
    private static final Pattern PASSWORD =
            Pattern.compile("[?&][^=&]*pass[^=&]*=[^&]*|(?<=//[^/@:]{1,256}):[^/@]*(?=@)", Pattern.CASE_INSENSITIVE);

    private DataShape() {}

    /** As a part that is laid out for other nodes bears it: with where the stores are and who uses them, without passwords. */
    static String placed(DataSpec data) {
        return digest(of(data) + '\n' + place(data.legacy()) + '\n' + place(data.modern()));
    }

    private static String place(StoreSpec store) {
        return store instanceof SqlStore sql
                ? PASSWORD.matcher(sql.jdbc()).replaceAll("") + '\n' + sql.user()
                : store.toString();
    }

    /** A digest of everything but where the stores are and who uses them. */
    static String of(DataSpec data) {
        return digest(data.key().toString()
                + '\n'
                + data.version()
                + '\n'
                + data.conflict()
                + '\n'
                + side(data.legacy())
                + '\n'
                + side(data.modern())
                + data.replay().map(replay -> '\n' + replay.shape()).orElse(""));
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static String side(StoreSpec store) {
        return store instanceof SqlStore sql
                ? sql.read()
                        + '\n'
                        + new TreeMap<>(sql.children())
                        + '\n'
                        + sql.write().map(DataShape::written).orElse("")
                : store.toString();
    }

    /** In the order of the names, since that of the file makes no difference to what is written. */
    private static String written(WriteTable write) {
        Map<String, String> tables = new TreeMap<>();
        write.parts()
                .forEach((name, part) -> tables.put(
                        "part " + name,
                        part.key() + " " + part.before() + " " + new TreeMap<>(part.columns())
                                + new TreeMap<>(part.values())));
        write.children()
                .forEach((name, child) -> tables.put(
                        "child " + name,
                        child.table() + " " + child.parent() + " " + child.key() + " " + new TreeMap<>(child.columns())
                                + new TreeMap<>(child.values()) + new TreeMap<>(child.ids())));
        return write.table() + " " + write.marks() + " " + new TreeMap<>(write.columns())
                + new TreeMap<>(write.values()) + new TreeMap<>(write.ids()) + tables;
    }
}
