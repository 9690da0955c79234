@NullMarked
package dev.bailey.datasync.store.http;

import org.jspecify.annotations.NullMarked;
