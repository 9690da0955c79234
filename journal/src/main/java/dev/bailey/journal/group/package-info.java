/**
 * A journal with one writer, whatever keeps its records: what waits is one transaction. An engine brings tables for the
 * writer and questions beside it; what a change may do, what is counted and who is answered when is the same over each.
 */
@NullMarked
package dev.bailey.journal.group;

import org.jspecify.annotations.NullMarked;
