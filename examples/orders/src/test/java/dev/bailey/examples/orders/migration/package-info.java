/** The migration file's expressions, held against both services' own tables and contracts. */
@NullMarked
package dev.bailey.examples.orders.migration;

import org.jspecify.annotations.NullMarked;
