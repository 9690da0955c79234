/** The journal on a real PostgreSQL. */
@NullMarked
package dev.bailey.journal.postgres;

import org.jspecify.annotations.NullMarked;
