/** This machine: processes pinned to cores, their CPU time and memory, and what a report says about it. */
@NullMarked
package dev.bailey.benchmarks.machine;

import org.jspecify.annotations.NullMarked;
