package dev.bailey.control.api;

import java.util.List;
import java.util.Optional;

/**
 * The removal certificate: the proof that the old side can be deleted; or what it still lacks.
 *
 * @param granted whether the crossing is over
 * @param lacks what stands in its way; empty when granted
 * @param text the certificate for people
 * @param json its content, keys in a fixed order
 * @param sha256 of that JSON's UTF-8 bytes, hexadecimal
 * @param auditHead hash of the audit trail's last entry
 */
public record CertificateView(
        String migration,
        String owner,
        boolean granted,
        List<String> lacks,
        Optional<String> text,
        Optional<String> json,
        Optional<String> sha256,
        String auditHead,
        String message) {

    public CertificateView {
        lacks = List.copyOf(lacks);
    }
}
