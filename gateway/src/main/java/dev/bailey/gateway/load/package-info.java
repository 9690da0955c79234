/** How loaded the gateway itself is, and what it refuses so that it stays well. */
@NullMarked
package dev.bailey.gateway.load;

import org.jspecify.annotations.NullMarked;
