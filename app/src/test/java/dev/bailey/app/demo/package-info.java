@NullMarked
package dev.bailey.app.demo;

import org.jspecify.annotations.NullMarked;
