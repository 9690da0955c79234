/** Gates, measurements, the phase runner and the watch. */
@NullMarked
package dev.bailey.control.orchestrate;

import org.jspecify.annotations.NullMarked;
