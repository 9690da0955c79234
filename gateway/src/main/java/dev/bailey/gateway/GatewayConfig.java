package dev.bailey.gateway;

import dev.bailey.gateway.dualwrite.WritePath;
import dev.bailey.gateway.proxy.ShadowTap;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.model.spec.GatewaySpec;
import dev.bailey.model.spec.HostPort;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What a gateway is made of.
 *
 * @param listen where clients connect; port 0 takes any free one
 * @param snapshots the current routing, shared with the write path; the addresses of both services come from its first snapshot
 * @param bounds limits of connections, bodies and waits
 * @param writes the way of writes
 * @param translator turns requests and answers between contracts
 * @param shadow told of reads that were served; {@link ShadowTap#NONE} when nothing is mirrored
 * @param meters where metrics are registered
 * @param ids makes request ids: unique text of at most 64 letters, digits and dashes; called on event loops, so it must not block
 * @param clock the time that intervals carry
 * @param files the folder that paths of the migration file are relative to
 * @param pinKey signs the pins that clients carry; every node of a migration has the same
 * @param eventLoops threads of the data plane; 0 takes one for each processor
 */
public record GatewayConfig(
        HostPort listen,
        SnapshotHolder snapshots,
        GatewaySpec bounds,
        WritePath writes,
        Translator translator,
        ShadowTap shadow,
        MeterRegistry meters,
        Supplier<String> ids,
        InstantSource clock,
        Path files,
        byte[] pinKey,
        int eventLoops) {

    public GatewayConfig {
        if (eventLoops < 0 || eventLoops > 256) {
            throw new IllegalArgumentException(
                    "event loops " + eventLoops + " (expected 0 to 256; 0 is one each processor)");
        }
    }
}
