@NullMarked
package dev.bailey.datasync.store;

import org.jspecify.annotations.NullMarked;
