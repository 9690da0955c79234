/** Long work with durable progress: started, paused, cancelled, listed, resumed. */
@NullMarked
package dev.bailey.datasync.job;

import org.jspecify.annotations.NullMarked;
