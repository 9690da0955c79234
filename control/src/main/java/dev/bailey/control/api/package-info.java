/** REST, server-sent events, metrics and console pages. */
@NullMarked
package dev.bailey.control.api;

import org.jspecify.annotations.NullMarked;
