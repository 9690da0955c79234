/** What a journalled dual write costs, beside the same gateway that writes to legacy alone. */
@NullMarked
package dev.bailey.benchmarks.writes;

import org.jspecify.annotations.NullMarked;
