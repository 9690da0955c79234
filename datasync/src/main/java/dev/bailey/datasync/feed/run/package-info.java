/** The change feeds of a migration at work: taken batch by batch, applied, told of. */
@NullMarked
package dev.bailey.datasync.feed.run;

import org.jspecify.annotations.NullMarked;
