/** Moving write authority for a cohort. */
@NullMarked
package dev.bailey.control.handover;

import org.jspecify.annotations.NullMarked;
