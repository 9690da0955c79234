@NullMarked
package dev.bailey.datasync.store.redis;

import org.jspecify.annotations.NullMarked;
