@NullMarked
package dev.bailey.datasync.backfill;

import org.jspecify.annotations.NullMarked;
