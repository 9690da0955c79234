/** The write path: intent, write, outcome, deliver. */
@NullMarked
package dev.bailey.gateway.dualwrite;

import org.jspecify.annotations.NullMarked;
