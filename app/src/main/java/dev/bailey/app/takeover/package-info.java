/** Rolling restarts: one process gives its place, port and data folder to the next without a failed request. */
@NullMarked
package dev.bailey.app.takeover;

import org.jspecify.annotations.NullMarked;
