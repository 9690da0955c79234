/** The data plane: stores of both sides kept equal by refresh, and the long work that ends in it. */
@NullMarked
package dev.bailey.datasync;

import org.jspecify.annotations.NullMarked;
