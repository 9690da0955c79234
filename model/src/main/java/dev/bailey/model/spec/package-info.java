/** What a migration file says, as records, and how it is validated with line and column. */
@NullMarked
package dev.bailey.model.spec;

import org.jspecify.annotations.NullMarked;
