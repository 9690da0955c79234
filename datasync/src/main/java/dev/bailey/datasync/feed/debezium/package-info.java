/** Change feeds out of databases' logs, read by the embedded Debezium engine. */
@NullMarked
package dev.bailey.datasync.feed.debezium;

import org.jspecify.annotations.NullMarked;
