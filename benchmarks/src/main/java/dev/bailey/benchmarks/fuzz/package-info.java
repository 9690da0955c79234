/** Mutated bytes against the reading and writing of HTTP/1.1, and what must hold whatever comes. */
@NullMarked
package dev.bailey.benchmarks.fuzz;

import org.jspecify.annotations.NullMarked;
