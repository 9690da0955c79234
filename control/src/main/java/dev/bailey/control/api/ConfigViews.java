package dev.bailey.control.api;

/** Reads a migration file against the one in force; changes nothing. Thread-safe. */
@FunctionalInterface
public interface ConfigViews {

    PlanView plan(String yaml);
}
