package dev.bailey.benchmarks.fuzz;

/** Bytes to be read. The array is not to be changed. */
@SuppressWarnings("ArrayRecordComponent")
record Input(Kind kind, byte[] bytes) {}
