/** The command line: each command a small class over the file reader or the REST API. */
@NullMarked
package dev.bailey.app.cli;

import org.jspecify.annotations.NullMarked;
