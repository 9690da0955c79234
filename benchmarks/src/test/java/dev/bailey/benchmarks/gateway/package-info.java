/** Tests of the rounds' figures. */
@NullMarked
package dev.bailey.benchmarks.gateway;

import org.jspecify.annotations.NullMarked;
