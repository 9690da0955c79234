/** The journal's writer over tables in memory, for the simulator: in the package of SQLite's, so that nothing there is public for it. */
@NullMarked
package dev.bailey.journal.sqlite;

import org.jspecify.annotations.NullMarked;
