/** Stores that are keys of a Redis database, such as sessions. */
@NullMarked
package dev.bailey.datasync.store.redis;

import org.jspecify.annotations.NullMarked;
