/** The two sides: connections, breakers, limits, and the port that turns one contract into the other. */
@NullMarked
package dev.bailey.gateway.upstream;

import org.jspecify.annotations.NullMarked;
