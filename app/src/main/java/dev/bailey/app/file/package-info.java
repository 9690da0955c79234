/** The migration file as a file: bytes to a tree with places, secrets resolved, read into a specification. */
@NullMarked
package dev.bailey.app.file;

import org.jspecify.annotations.NullMarked;
