/** Stores reached over a service's own HTTP API. */
@NullMarked
package dev.bailey.datasync.store.http;

import org.jspecify.annotations.NullMarked;
