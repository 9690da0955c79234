/** The only way anything changes: sealed commands and their results. */
@NullMarked
package dev.bailey.control.command;

import org.jspecify.annotations.NullMarked;
