/** Connections to the two sides: pools, breakers, limits, retries. */
@NullMarked
package dev.bailey.gateway.upstream;

import org.jspecify.annotations.NullMarked;
