package dev.bailey.control.handover;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.SliceName;
import java.util.List;

/** The two stores, entity by entity. Methods block, may be interrupted, and throw when a store cannot be read or written. */
public interface Stores {

    /** Those of the keys whose documents are not equal on both sides. */
    List<EntityKey> differing(SliceName slice, List<EntityKey> keys) throws InterruptedException;

    /** Makes the other side's copy equal to the authority's; how many documents that changed. */
    int refresh(SliceName slice, Side authority, List<EntityKey> keys) throws InterruptedException;
}
