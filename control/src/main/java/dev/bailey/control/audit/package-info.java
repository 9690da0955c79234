/** The tamper-evident trail of every change. */
@NullMarked
package dev.bailey.control.audit;

import org.jspecify.annotations.NullMarked;
