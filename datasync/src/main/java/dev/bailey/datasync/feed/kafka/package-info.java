/** Change feeds out of Kafka topics. */
@NullMarked
package dev.bailey.datasync.feed.kafka;

import org.jspecify.annotations.NullMarked;
