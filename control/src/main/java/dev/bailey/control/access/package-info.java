/** Tokens and roles. */
@NullMarked
package dev.bailey.control.access;

import org.jspecify.annotations.NullMarked;
