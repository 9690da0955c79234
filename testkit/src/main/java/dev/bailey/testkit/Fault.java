package dev.bailey.testkit;

import java.time.Duration;

/** What goes wrong with one request at a {@link FaultyUpstream}. */
public sealed interface Fault {

    /** Nothing goes wrong. */
    record None() implements Fault {}

    /** Applied and answered, but late. */
    record Delay(Duration by) implements Fault {}

    /** Answered with this status; nothing applied. */
    record FailBefore(int status) implements Fault {}

    /** Applied, then answered with this status. */
    record FailAfter(int status) implements Fault {}

    /** The connection is cut; nothing applied. */
    record CutBefore() implements Fault {}

    /** Applied, then the connection is cut without an answer. */
    record CutAfter() implements Fault {}
}
