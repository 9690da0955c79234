@NullMarked
package dev.bailey.simulation;

import org.jspecify.annotations.NullMarked;
