/** Moving data from one store to the other, beside the databases' own tools. */
@NullMarked
package dev.bailey.benchmarks.move;

import org.jspecify.annotations.NullMarked;
