package dev.bailey.model.spec;

import java.util.List;

/** What reading a migration file gave. */
public sealed interface SpecRead {

    /** Usable; the warnings are worth showing. */
    record Valid(MigrationSpec spec, List<Problem> warnings) implements SpecRead {
        public Valid {
            warnings = List.copyOf(warnings);
        }
    }

    /** Not usable; at least one of the problems is an error, in the order of the file. */
    record Invalid(List<Problem> problems) implements SpecRead {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
