@NullMarked
package dev.bailey.control.audit;

import org.jspecify.annotations.NullMarked;
