/** The command that serves. */
@NullMarked
package dev.bailey.app.run;

import org.jspecify.annotations.NullMarked;
