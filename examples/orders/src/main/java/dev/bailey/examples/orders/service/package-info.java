/** What both example services share: the order, HTTP with switchable defects, durable idempotency keys. */
@NullMarked
package dev.bailey.examples.orders.service;

import org.jspecify.annotations.NullMarked;
