package dev.bailey.gateway.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What tells changed files from those that were read: when they were written, and their lengths. Immutable. */
public record FileStamps(List<Object> stamps) {

    public FileStamps {
        stamps = List.copyOf(stamps);
    }

    /** As they are now; a file that is missing has a stamp too. */
    public static FileStamps of(List<Path> files) {
        List<Object> stamps = new ArrayList<>();
        for (Path file : files) {
            try {
                stamps.add(Files.getLastModifiedTime(file));
                stamps.add(Files.size(file));
            } catch (IOException gone) {
                stamps.add("missing");
            }
        }
        return new FileStamps(stamps);
    }
}
