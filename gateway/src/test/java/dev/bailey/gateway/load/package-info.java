@NullMarked
package dev.bailey.gateway.load;

import org.jspecify.annotations.NullMarked;
