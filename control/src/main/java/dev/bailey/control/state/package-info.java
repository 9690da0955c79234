/**
 * The control plane's durable state over SQL: a SQLite file of one process, or PostgreSQL that several share, of which the holder
 * of the {@link dev.bailey.control.state.Lease} alone may write ({@link dev.bailey.control.state.Fence}).
 */
@NullMarked
package dev.bailey.control.state;

import org.jspecify.annotations.NullMarked;
