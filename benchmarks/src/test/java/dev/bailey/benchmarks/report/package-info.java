/** Tests of figures over rounds. */
@NullMarked
package dev.bailey.benchmarks.report;

import org.jspecify.annotations.NullMarked;
