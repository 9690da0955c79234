@NullMarked
package dev.bailey.datasync.refresh;

import org.jspecify.annotations.NullMarked;
