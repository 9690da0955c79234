/** The shared store of several simulated processes, beside the production code that uses it. */
@NullMarked
package dev.bailey.control.state;

import org.jspecify.annotations.NullMarked;
