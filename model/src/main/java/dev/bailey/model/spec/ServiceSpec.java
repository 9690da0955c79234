package dev.bailey.model.spec;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One of the two services.
 *
 * @param url scheme, host, port and an optional path prefix
 * @param health path of the health check, empty when there is none
 * @param code source folders of the service, for the burndown; as written in the file
 * @param contract path of the OpenAPI document, empty when none is declared
 * @param reach how it is reached
 */
public record ServiceSpec(
        URI url, Optional<String> health, List<String> code, Optional<String> contract, ReachSpec reach) {

    public ServiceSpec {
        code = List.copyOf(code);
    }

    /** Reached in the usual way. */
    public ServiceSpec(URI url, Optional<String> health, List<String> code, Optional<String> contract) {
        this(url, health, code, contract, ReachSpec.DEFAULTS);
    }

    public ServiceSpec withReach(ReachSpec own) {
        return new ServiceSpec(url, health, code, contract, own);
    }
}
