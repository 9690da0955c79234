/** Burndown, deadline and the removal certificate. */
@NullMarked
package dev.bailey.control.completion;

import org.jspecify.annotations.NullMarked;
