package dev.bailey.control.orchestrate;

import dev.bailey.control.command.Command;
import dev.bailey.control.command.Issue;

/** Where a step waits for a second person. */
@FunctionalInterface
public interface Approvals {

    /** Files a request, durably, and gives its id. The command comes back with the id in its issue once it is granted. */
    String request(Command command, Issue issue, String why);
}
