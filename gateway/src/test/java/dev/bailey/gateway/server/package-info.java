@NullMarked
package dev.bailey.gateway.server;

import org.jspecify.annotations.NullMarked;
