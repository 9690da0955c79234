package dev.bailey.app.cli;

import java.io.Console;
import java.util.Optional;

/** Whether a person reads what is printed. */
public final class Terminal {

    private Terminal() {}

    /** True where standard input and output are a terminal, so that progress lines and colours make sense. */
    public static boolean isInteractive() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
