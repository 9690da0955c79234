/** Mirror, compare, record: detached from the caller. */
@NullMarked
package dev.bailey.gateway.shadow;

import org.jspecify.annotations.NullMarked;
