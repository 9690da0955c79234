/** The durable record of every write: the port, and how a journal is recovered. */
@NullMarked
package dev.bailey.journal;

import org.jspecify.annotations.NullMarked;
