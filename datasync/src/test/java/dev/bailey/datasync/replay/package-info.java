@NullMarked
package dev.bailey.datasync.replay;

import org.jspecify.annotations.NullMarked;
