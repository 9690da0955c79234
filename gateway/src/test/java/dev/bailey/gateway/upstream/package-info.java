@NullMarked
package dev.bailey.gateway.upstream;

import org.jspecify.annotations.NullMarked;
