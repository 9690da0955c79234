@NullMarked
package dev.bailey.app.wiring;

import org.jspecify.annotations.NullMarked;
