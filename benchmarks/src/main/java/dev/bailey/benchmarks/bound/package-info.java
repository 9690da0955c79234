/** Single bounds, each with a command that fails when it is not kept. */
@NullMarked
package dev.bailey.benchmarks.bound;

import org.jspecify.annotations.NullMarked;
