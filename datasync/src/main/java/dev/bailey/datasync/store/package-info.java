/** The port through which a slice's store is read and written as canonical documents. */
@NullMarked
package dev.bailey.datasync.store;

import org.jspecify.annotations.NullMarked;
