/** Certificates and keys in files, and what is made of them for both ends. */
@NullMarked
package dev.bailey.gateway.tls;

import org.jspecify.annotations.NullMarked;
