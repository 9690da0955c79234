package dev.bailey.control.api;

import java.util.Optional;

/** Versions of interfaces, and who uses them. Thread-safe. */
@FunctionalInterface
public interface VersionViews {

    /** Empty when there is no such slice; a slice without versions has an empty list. */
    Optional<VersionsView> versions(String slice);
}
