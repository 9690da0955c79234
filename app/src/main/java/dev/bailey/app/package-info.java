/** The command line's entry and what holds Bailey together. */
@NullMarked
package dev.bailey.app;

import org.jspecify.annotations.NullMarked;
