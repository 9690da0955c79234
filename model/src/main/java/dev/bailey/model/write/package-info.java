/** What a journalled write is: intent, outcome, delivery state, ids and order. */
@NullMarked
package dev.bailey.model.write;

import org.jspecify.annotations.NullMarked;
