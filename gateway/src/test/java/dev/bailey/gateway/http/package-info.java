@NullMarked
package dev.bailey.gateway.http;

import org.jspecify.annotations.NullMarked;
