@NullMarked
package dev.bailey.datasync.reconcile;

import org.jspecify.annotations.NullMarked;
