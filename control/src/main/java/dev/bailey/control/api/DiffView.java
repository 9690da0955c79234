package dev.bailey.control.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A signature: one shape of difference between the answers of both sides.
 *
 * @param id stands for the signature in paths
 * @param signature route, path and kind as a person reads it, and as {@code accept} takes it
 * @param kind such as {@code value}, {@code missing}, {@code extra}, {@code type} or {@code status}
 * @param count how often it was seen
 * @param accepted who accepted it and until when; absent when it counts
 */
public record DiffView(
        String id,
        String slice,
        String signature,
        String route,
        String path,
        String kind,
        long count,
        Instant firstSeen,
        Instant lastSeen,
        Optional<String> accepted) {}
