/** The write path over a real journal and real HTTP services. */
@NullMarked
package dev.bailey.gateway.dualwrite;

import org.jspecify.annotations.NullMarked;
