/** The place of a simulated process among others, beside the production code it is made of. */
@NullMarked
package dev.bailey.app.wiring;

import org.jspecify.annotations.NullMarked;
