@NullMarked
package dev.bailey.datasync.job;

import org.jspecify.annotations.NullMarked;
