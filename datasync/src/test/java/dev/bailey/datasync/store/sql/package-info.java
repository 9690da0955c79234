@NullMarked
package dev.bailey.datasync.store.sql;

import org.jspecify.annotations.NullMarked;
