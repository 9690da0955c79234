/** What the commands print and write: figures over rounds, verdicts, and the machine they were made on. */
@NullMarked
package dev.bailey.benchmarks.report;

import org.jspecify.annotations.NullMarked;
