/** Clients with a memory of what they were told, and the audit that holds it against both stores. */
@NullMarked
package dev.bailey.examples.orders.load;

import org.jspecify.annotations.NullMarked;
