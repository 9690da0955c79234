/** Holding two answers against each other: normalise, compare by rules, sign, redact. Pure but for the signature store. */
@NullMarked
package dev.bailey.compare;

import org.jspecify.annotations.NullMarked;
