/** The monolith: numeric ids, integer cents, upper-case codes, times without a zone, nulls spelled out. */
@NullMarked
package dev.bailey.examples.orders.legacy;

import org.jspecify.annotations.NullMarked;
