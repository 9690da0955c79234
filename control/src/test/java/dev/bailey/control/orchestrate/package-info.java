/** Tests of the control plane with real state files and hand-written ports. */
@NullMarked
package dev.bailey.control.orchestrate;

import org.jspecify.annotations.NullMarked;
