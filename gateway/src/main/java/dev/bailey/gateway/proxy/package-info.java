/** The way of a request: RequestPath and its stages. */
@NullMarked
package dev.bailey.gateway.proxy;

import org.jspecify.annotations.NullMarked;
