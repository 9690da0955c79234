/** What tests of all modules share: a clock and ids one can steer, an upstream and a journal that fail on command, an independent check of history. */
@NullMarked
package dev.bailey.testkit;

import org.jspecify.annotations.NullMarked;
