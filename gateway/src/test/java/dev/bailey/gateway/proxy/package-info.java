@NullMarked
package dev.bailey.gateway.proxy;

import org.jspecify.annotations.NullMarked;
