package dev.bailey.datasync.refresh;

import dev.bailey.model.route.EntityKey;
import java.util.List;

/** What a refresh did. Whatever it says, what it wrote before stays written: refresh again. */
public sealed interface Refreshed {

    /** Both sides were read equal after the last write. */
    record Done(int changed, List<EntityKey> written, List<EntityKey> deleted) implements Refreshed {}

    /** The follower will not have a document, whenever it is tried; the other keys are done. */
    record Refused(EntityKey key, String reason) implements Refreshed {}

    /** These entities were changed again in every round; the others are done. Try again when they are quieter. */
    record ChangedAgain(List<EntityKey> keys) implements Refreshed {}

    /** A store could not be reached or failed: try again later. */
    record Unavailable(String reason) implements Refreshed {}
}
