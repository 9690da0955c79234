/** Routing decided purely: (snapshot, request facts) to decision; buckets, cohorts, epochs. */
@NullMarked
package dev.bailey.model.route;

import org.jspecify.annotations.NullMarked;
