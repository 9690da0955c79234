@NullMarked
package dev.bailey.control.state;

import org.jspecify.annotations.NullMarked;
