/** Approvals by a second person. */
@NullMarked
package dev.bailey.control.approval;

import org.jspecify.annotations.NullMarked;
