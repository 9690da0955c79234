/** Change feeds: keys of entities that were changed past the gateway, each of which ends in a refresh. */
@NullMarked
package dev.bailey.datasync.feed;

import org.jspecify.annotations.NullMarked;
