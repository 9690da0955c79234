package dev.bailey.examples.orders.load;

import java.util.List;

/**
 * What history and stores say of each other.
 *
 * @param acknowledged writes the clients were told were done
 * @param lost acknowledged writes that are neither in the authority's store nor followed by another, or that no service ever applied
 * @param doubled operations that a service applied more than once, or that made two orders
 * @param diverged orders that differ between the stores
 * @param rejectedLanded writes the clients were told were refused, and that were done
 * @param unknown writes whose clients never knew
 * @param unknownLanded of these, how many were done
 * @param compared orders held against each other
 * @param versionDrift orders equal but for the version, which each service counts for itself; no fault
 * @param findings each fault in words
 */
public record AuditResult(
        int acknowledged,
        int lost,
        int doubled,
        int diverged,
        int rejectedLanded,
        int unknown,
        int unknownLanded,
        int compared,
        int versionDrift,
        List<Finding> findings) {

    public AuditResult {
        findings = List.copyOf(findings);
    }

    /** One fault. */
    public record Finding(Fault fault, long entity, String ref, String what) {}

    public enum Fault {
        LOST,
        DOUBLED,
        DIVERGED,
        REJECTED_LANDED
    }

    public boolean isClean() {
        return findings.isEmpty();
    }
}
