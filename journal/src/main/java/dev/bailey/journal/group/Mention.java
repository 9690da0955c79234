package dev.bailey.journal.group;

import dev.bailey.journal.KeptKeys;
import dev.bailey.model.write.RecordId;
import java.util.List;
import java.util.Optional;

/** What an operation will look at, known before its transaction begins, so that tables far away can read it all at once. */
public sealed interface Mention {

    /** Nothing that can be named before. */
    record Nothing() implements Mention {}

    /** A record that is to be new: where it is not, its insertion tells. */
    record NewRecord() implements Mention {}

    record NewFence() implements Mention {}

    /** A record whose outcome is to be written. */
    record Ended(RecordId id) implements Mention {}

    record Records(List<RecordId> ids) implements Mention {}

    record WantedKey(KeptKeys.Claim claim) implements Mention {}

    /** A claim, and the record of its write where there is one. */
    record KnownClaim(String claim, Optional<RecordId> record) implements Mention {}
}
