@NullMarked
package dev.bailey.compare;

import org.jspecify.annotations.NullMarked;
