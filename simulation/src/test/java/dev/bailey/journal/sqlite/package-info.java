@NullMarked
package dev.bailey.journal.sqlite;

import org.jspecify.annotations.NullMarked;
