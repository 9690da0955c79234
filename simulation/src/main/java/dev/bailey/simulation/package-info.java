/** Runs the write path, its journal, delivery, refresh, handover and recovery under one seeded order of events. */
@NullMarked
package dev.bailey.simulation;

import org.jspecify.annotations.NullMarked;
