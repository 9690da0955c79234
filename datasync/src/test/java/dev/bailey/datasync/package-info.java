@NullMarked
package dev.bailey.datasync;

import org.jspecify.annotations.NullMarked;
