@NullMarked
package dev.bailey.datasync.pace;

import org.jspecify.annotations.NullMarked;
