@NullMarked
package dev.bailey.app.run;

import org.jspecify.annotations.NullMarked;
