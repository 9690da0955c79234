package dev.bailey.control.command;

/** The door every change goes through. Thread-safe; blocks until the command is durable and in force, refused, or started as a job. */
public interface Commands {

    CommandResult execute(Command command, Issue issue);
}
