/** HTTP/1.1 messages as the bytes they are: heads with an index of their fields, strict reading, framing, edits. */
@NullMarked
package dev.bailey.gateway.http;

import org.jspecify.annotations.NullMarked;
