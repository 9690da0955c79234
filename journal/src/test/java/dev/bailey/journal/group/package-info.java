@NullMarked
package dev.bailey.journal.group;

import org.jspecify.annotations.NullMarked;
