package dev.bailey.control.api;

import java.time.Instant;
import java.util.List;

/**
 * The removal certificate: the proof that the old side can be deleted.
 *
 * @param granted whether every line is proven
 * @param auditHead hash of the audit trail's last entry
 */
public record CertificateView(
        String migration,
        String owner,
        boolean granted,
        Instant at,
        List<Line> lines,
        String auditHead,
        String message) {

    public CertificateView {
        lines = List.copyOf(lines);
    }

    public record Line(String what, boolean proven, String evidence) {}
}
