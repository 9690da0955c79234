@NullMarked
package dev.bailey.testkit;

import org.jspecify.annotations.NullMarked;
