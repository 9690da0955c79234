/** Tests of the fuzzer's own. */
@NullMarked
package dev.bailey.benchmarks.fuzz;

import org.jspecify.annotations.NullMarked;
