@NullMarked
package dev.bailey.control.api;

import org.jspecify.annotations.NullMarked;
