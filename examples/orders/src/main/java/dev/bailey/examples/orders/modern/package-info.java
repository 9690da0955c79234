/** The replacement: prefixed ids, decimals, other state names, ISO-8601 times, absent instead of null. */
@NullMarked
package dev.bailey.examples.orders.modern;

import org.jspecify.annotations.NullMarked;
