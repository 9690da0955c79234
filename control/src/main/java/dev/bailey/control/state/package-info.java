/** The control plane's durable state over SQL. */
@NullMarked
package dev.bailey.control.state;

import org.jspecify.annotations.NullMarked;
