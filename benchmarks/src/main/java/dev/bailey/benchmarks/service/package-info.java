/** The services of a measurement that keep what is written, and the HTTP they speak. */
@NullMarked
package dev.bailey.benchmarks.service;

import org.jspecify.annotations.NullMarked;
