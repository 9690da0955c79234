/** Copies what was there before dual write began. */
@NullMarked
package dev.bailey.datasync.backfill;

import org.jspecify.annotations.NullMarked;
