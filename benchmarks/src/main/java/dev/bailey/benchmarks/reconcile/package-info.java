/** Proving two stores equal, beside what it cannot cost less than and what is usual. */
@NullMarked
package dev.bailey.benchmarks.reconcile;

import org.jspecify.annotations.NullMarked;
