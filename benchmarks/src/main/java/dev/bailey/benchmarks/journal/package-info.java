/** The embedded journal beside the bare flush of its disk and a bare loop over its engine. */
@NullMarked
package dev.bailey.benchmarks.journal;

import org.jspecify.annotations.NullMarked;
