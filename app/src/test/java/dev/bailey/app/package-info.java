@NullMarked
package dev.bailey.app;

import org.jspecify.annotations.NullMarked;
