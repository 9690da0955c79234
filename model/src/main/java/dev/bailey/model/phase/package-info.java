/** Phases as data: the fixed path of a slice, the flags derived from it, gates and verdicts. Pure. */
@NullMarked
package dev.bailey.model.phase;

import org.jspecify.annotations.NullMarked;
