/** What a routing decision costs. */
@NullMarked
package dev.bailey.benchmarks.route;

import org.jspecify.annotations.NullMarked;
