/** Finds and repairs what differs between the two stores. */
@NullMarked
package dev.bailey.datasync.reconcile;

import org.jspecify.annotations.NullMarked;
