/** The data plane: what the rest of Bailey may ask of it. */
@NullMarked
package dev.bailey.gateway;

import org.jspecify.annotations.NullMarked;
