/** The journal in a PostgreSQL database that several processes share and one of them writes. */
@NullMarked
package dev.bailey.journal.postgres;

import org.jspecify.annotations.NullMarked;
