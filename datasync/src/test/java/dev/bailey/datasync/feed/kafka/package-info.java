@NullMarked
package dev.bailey.datasync.feed.kafka;

import org.jspecify.annotations.NullMarked;
