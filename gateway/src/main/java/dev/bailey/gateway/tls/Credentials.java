package dev.bailey.gateway.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate chain and its private key, which belong together. Immutable.
 *
 * @param chain the end's own certificate first
 */
record Credentials(List<X509Certificate> chain, PrivateKey key) {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] PROBE = "do these belong together".getBytes(StandardCharsets.US_ASCII);

    /**
     * Reads PEM files.
     *
     * @throws IllegalArgumentException with the file's name when they cannot be used
     */
    static Credentials read(Path certificate, Path key) {
        List<X509Certificate> chain = certificates(certificate);
        PublicKey ownersKey = chain.getFirst().getPublicKey();
        PrivateKey privateKey = key(key, ownersKey.getAlgorithm());
        try {
            Signature signature = Signature.getInstance(signature(ownersKey.getAlgorithm()));
            signature.initSign(privateKey);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(ownersKey);
            signature.update(PROBE);
            if (!signature.verify(signed)) {
                throw new GeneralSecurityException("the signature is not the certificate's");
            }
        } catch (GeneralSecurityException apart) {
            throw new IllegalArgumentException(
                    "key " + key + " does not belong to certificate " + certificate + " (expected its private key)",
                    apart);
        }
        return new Credentials(chain, privateKey);
    }

    /** @throws IllegalArgumentException with the file's name when it holds none */
    static List<X509Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) {
                throw new GeneralSecurityException("no certificate in it");
            }
            return found;
        } catch (IOException | GeneralSecurityException broken) {
            throw new IllegalArgumentException(
                    "certificate file " + file + " cannot be used (expected PEM): " + broken.getMessage(), broken);
        }
    }

    private static PrivateKey key(Path file, String algorithm) {
        try {
            Matcher found = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            if (!found.find()) {
                throw new GeneralSecurityException("no block of that name in it");
            }
            byte[] bytes = Base64.getMimeDecoder().decode(found.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException broken) {
            throw new IllegalArgumentException(
                    "key file " + file + " cannot be used (expected BEGIN PRIVATE KEY, that is PKCS #8 without a"
                            + " password; openssl pkcs8 -topk8 -nodes turns others into it): " + broken.getMessage(),
                    broken);
        }
    }

    private static String signature(String algorithm) {
        return switch (algorithm) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> algorithm;
        };
    }
}
