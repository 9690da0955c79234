@NullMarked
package dev.bailey.app.takeover;

import org.jspecify.annotations.NullMarked;
