/** Work that reaches the legacy database directly: seeding and the nightly job. */
@NullMarked
package dev.bailey.examples.orders.batch;

import org.jspecify.annotations.NullMarked;
