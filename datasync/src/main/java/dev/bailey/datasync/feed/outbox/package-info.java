/** Change feeds out of outbox tables. */
@NullMarked
package dev.bailey.datasync.feed.outbox;

import org.jspecify.annotations.NullMarked;
