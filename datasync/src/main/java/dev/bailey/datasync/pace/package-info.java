/** How fast long work goes: chunk size, rate, and giving way to the stores' own load. */
@NullMarked
package dev.bailey.datasync.pace;

import org.jspecify.annotations.NullMarked;
