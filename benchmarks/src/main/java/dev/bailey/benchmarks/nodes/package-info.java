/** Several nodes that carry traffic at the same time over one PostgreSQL: what a write costs, and how long a handover holds writes. */
@NullMarked
package dev.bailey.benchmarks.nodes;

import org.jspecify.annotations.NullMarked;
