/** The registry of flags. */
@NullMarked
package dev.bailey.control.flag;

import org.jspecify.annotations.NullMarked;
