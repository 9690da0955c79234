/** Bailey beside nginx, HAProxy, Spring Cloud Gateway and a bare relay: cost per request and latency at fixed rates. */
@NullMarked
package dev.bailey.benchmarks.gateway;

import org.jspecify.annotations.NullMarked;
