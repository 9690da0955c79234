/** A slice's entities folded from a log of events: kept beside where the log was read to, and read like a store. */
@NullMarked
package dev.bailey.datasync.replay;

import org.jspecify.annotations.NullMarked;
