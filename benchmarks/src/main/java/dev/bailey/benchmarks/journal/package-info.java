/** The embedded journal beside the bare flush of its disk and bare loops over SQLite and over a file. */
@NullMarked
package dev.bailey.benchmarks.journal;

import org.jspecify.annotations.NullMarked;
