package dev.bailey.model.spec;

/** Reads {@code gateway}. */
final class GatewayReader {

    private static final int MEBIBYTE = 1 << 20;

    private GatewayReader() {}

    static GatewaySpec read(Fields in) {
        GatewaySpec usual = GatewaySpec.DEFAULTS;
        return new GatewaySpec(
                in.truth("sideHeader", usual.sideHeader()),
                AmountFields.bytes(in, "maxBodyKept", 64 * MEBIBYTE, usual.maxBodyKeptBytes()),
                AmountFields.positive(in, "connectTimeout", usual.connectTimeout()),
                AmountFields.positive(in, "idleTimeout", usual.idleTimeout()),
                AmountFields.any(in, "drain", usual.drain()),
                in.count("maxConnections", 1, 1_000_000, usual.maxConnections()),
                in.count("maxUpstreamConnections", 1, 100_000, usual.maxUpstreamConnections()),
                in.count("entityQueue", 1, 100_000, usual.entityQueue()),
                AmountFields.positive(in, "entityWait", usual.entityWait()),
                in.count("maxHeldWrites", 1, 1_000_000, usual.maxHeldWrites()),
                in.count("maxUndelivered", 1, 100_000_000, usual.maxUndelivered()),
                in.count("deliveryConcurrency", 1, 10_000, usual.deliveryConcurrency()),
                AmountFields.any(in, "keepDelivered", usual.keepDelivered()),
                intake(in),
                new TrustSpec(
                        AddressFields.networks(in, "proxyProtocol"), AddressFields.networks(in, "trustForwarded")),
                in.fields("http2", Shape.HTTP2).map(GatewayReader::http2).orElse(usual.http2()),
                in.count("eventLoops", 0, 1_024, usual.eventLoops()),
                AmountFields.any(in, "takeOverWait", usual.takeOverWait()),
                in.choice("nodes", AmountFields.words(GatewaySpec.Nodes.values()), usual.nodes()));
    }

    private static IntakeSpec intake(Fields in) {
        IntakeSpec usual = IntakeSpec.DEFAULTS;
        return new IntakeSpec(
                AmountFields.positive(in, "headTimeout", usual.headTimeout()),
                AmountFields.bytes(in, "minBodyRate", 64 * MEBIBYTE, usual.minBodyRate()),
                in.count("maxInFlight", 1, 1_000_000, usual.maxInFlight()),
                AmountFields.positive(in, "shedAfter", usual.shedAfter()));
    }

    private static Http2Spec http2(Fields in) {
        Http2Spec usual = Http2Spec.DEFAULTS;
        return new Http2Spec(
                in.count("maxStreams", 1, 100_000, usual.maxStreams()),
                AmountFields.bytes(in, "maxHeaderList", 1 << 10, MEBIBYTE, usual.maxHeaderListBytes()),
                in.count("maxResetsPerSecond", 1, 1_000_000, usual.maxResetsPerSecond()),
                AmountFields.bytes(in, "window", 16 << 10, 64 * MEBIBYTE, usual.windowBytes()));
    }
}
