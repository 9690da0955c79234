package dev.bailey.model.spec;

import dev.bailey.model.phase.Side;
import dev.bailey.model.route.SliceName;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * A migration file, read and valid.
 *
 * @param listen where the data plane listens
 * @param admin where API and console listen
 * @param store {@code embedded}, or a {@code jdbc:postgresql:} URL
 */
public record MigrationSpec(
        String migration,
        String owner,
        LocalDate finishBy,
        HostPort listen,
        HostPort admin,
        String store,
        ServiceSpec legacy,
        ServiceSpec modern,
        List<SliceSpec> slices,
        GatewaySpec gateway) {

    public MigrationSpec {
        slices = List.copyOf(slices);
    }

    public ServiceSpec service(Side side) {
        return side == Side.LEGACY ? legacy : modern;
    }

    public Optional<SliceSpec> slice(SliceName name) {
        return slices.stream().filter(slice -> slice.name().equals(name)).findFirst();
    }
}
