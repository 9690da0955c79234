/** The demonstration: a whole crossing on this machine, with real services, real load and real faults. */
@NullMarked
package dev.bailey.app.demo;

import org.jspecify.annotations.NullMarked;
