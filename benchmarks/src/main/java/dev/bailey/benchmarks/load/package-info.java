/** The load generator and what it reports. */
@NullMarked
package dev.bailey.benchmarks.load;

import org.jspecify.annotations.NullMarked;
