/** Tests of the load generator. */
@NullMarked
package dev.bailey.benchmarks.load;

import org.jspecify.annotations.NullMarked;
