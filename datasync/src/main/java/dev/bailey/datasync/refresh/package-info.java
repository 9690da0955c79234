/** The one convergent primitive: the follower's copy of some entities made equal to the authority's. */
@NullMarked
package dev.bailey.datasync.refresh;

import org.jspecify.annotations.NullMarked;
