@NullMarked
package dev.bailey.gateway;

import org.jspecify.annotations.NullMarked;
