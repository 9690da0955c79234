package dev.bailey.control.state;

/**
 * The control plane's store cannot be read or written. Nothing was changed, unless it is an {@link OutcomeUnknown}. The
 * message is for the user: what, where, what was expected, what to do; it never holds a password.
 */
public sealed class StateException extends RuntimeException {

    StateException(String message) {
        super(message);
    }

    StateException(String message, Throwable cause) {
        super(message, cause);
    }

    /** With the words of its cause behind a colon. */
    static StateException because(String message, Throwable cause) {
        return new StateException(message + ": " + cause.getMessage(), cause);
    }

    /** This process may not decide any more: its lease is over, or another process has it. Nothing was changed. */
    public static final class Fenced extends StateException {
        public Fenced(String message) {
            super(message);
        }
    }

    /**
     * The answer to a commit was lost: the change may be in the store or not, and the store knows. Whatever is read through
     * the same {@link StateDb} from now on shows how it ended.
     */
    public static final class OutcomeUnknown extends StateException {
        OutcomeUnknown(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
