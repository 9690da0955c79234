/** The embedded journal: one SQLite file, one writer thread, group commit. */
@NullMarked
package dev.bailey.journal.sqlite;

import org.jspecify.annotations.NullMarked;
