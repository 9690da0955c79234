/** The proxies under measurement, each started as its users would start it. */
@NullMarked
package dev.bailey.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
