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
 * @param tls towards clients; empty means plain HTTP
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
        GatewaySpec gateway,
        Optional<TlsSpec> tls) {

    public MigrationSpec {
        slices = List.copyOf(slices);
    }

    /** Plain towards clients. */
    public MigrationSpec(
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
        this(migration, owner, finishBy, listen, admin, store, legacy, modern, slices, gateway, Optional.empty());
    }

    public MigrationSpec withTls(TlsSpec own) {
        return new MigrationSpec(
                migration, owner, finishBy, listen, admin, store, legacy, modern, slices, gateway, Optional.of(own));
    }

    /** Whether other processes may have the store as well. */
    public boolean isStoreShared() {
        return store.startsWith("jdbc:");
    }

    /** Whether every node over the store carries traffic at the same time. */
    public boolean areNodesAllActive() {
        return gateway.nodes() == GatewaySpec.Nodes.ALL;
    }

    /** Most connections to one address of a side. */
    public int connections(Side side) {
        return service(side).reach().connections().orElse(gateway.maxUpstreamConnections());
    }

    public ServiceSpec service(Side side) {
        return side == Side.LEGACY ? legacy : modern;
    }

    public Optional<SliceSpec> slice(SliceName name) {
        for (SliceSpec slice : slices) {
            if (slice.name().equals(name)) {
                return Optional.of(slice);
            }
        }
        return Optional.empty();
    }
}
