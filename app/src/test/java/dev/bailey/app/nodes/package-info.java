/** Several processes that share a store, killed, paused and cut off. */
@NullMarked
package dev.bailey.app.nodes;

import org.jspecify.annotations.NullMarked;
