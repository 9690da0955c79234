/** The only composition root: opens the parts, adapts one to the other, closes them in order. */
@NullMarked
package dev.bailey.app.wiring;

import org.jspecify.annotations.NullMarked;
