@NullMarked
package dev.bailey.app.cli;

import org.jspecify.annotations.NullMarked;
