/** Bailey measured beside its peers, and against the bounds it promises; see the README of this module. */
@NullMarked
package dev.bailey.benchmarks;

import org.jspecify.annotations.NullMarked;
