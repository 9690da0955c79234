package dev.bailey.control.command;

import java.util.Locale;

/** What a token allows; each includes the ones before it. */
public enum Role {
    VIEWER,
    OPERATOR,
    APPROVER;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
