/** Tests of the account of writes. */
@NullMarked
package dev.bailey.benchmarks.writes;

import org.jspecify.annotations.NullMarked;
