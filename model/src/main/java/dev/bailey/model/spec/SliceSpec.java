package dev.bailey.model.spec;

import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.spec.DataSpec.RedisStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A slice as the file declares it, every default filled in.
 *
 * @param allow entity keys that are across as soon as the phase has a ramp, whatever the ramp says
 * @param deny entity keys that stay with legacy while the phase has a ramp
 * @param data how the stores are read; empty for a slice without stored state
 * @param versions of its interface, in the order of the file
 * @param consumers who is counted as a user of a version: {@code HEADER}, {@code JWT} or {@code QUERY}; empty when nobody is
 * @param pins what stays on the side where it began; empty when nothing does
 * @param feeds what tells of changes made past the gateway
 */
public record SliceSpec(
        SliceName name,
        SliceKind kind,
        List<RouteSpec> routes,
        TranslateSpec translate,
        WritesSpec writes,
        Optional<DataSpec> data,
        ShadowSpec shadow,
        CompareSpec compare,
        RampSpec ramp,
        List<CohortSpec> cohorts,
        Set<String> allow,
        Set<String> deny,
        LimitsSpec limits,
        GatesSpec gates,
        List<VersionSpec> versions,
        Optional<EntitySource> consumers,
        Optional<PinSpec> pins,
        List<FeedSpec> feeds) {

    public SliceSpec {
        versions = List.copyOf(versions);
        feeds = List.copyOf(feeds);
        routes = List.copyOf(routes);
        cohorts = List.copyOf(cohorts);
        allow = KeySet.copyOf(allow);
        deny = KeySet.copyOf(deny);
    }

    /** One version, nothing pinned. */
    public SliceSpec(
            SliceName name,
            SliceKind kind,
            List<RouteSpec> routes,
            TranslateSpec translate,
            WritesSpec writes,
            Optional<DataSpec> data,
            ShadowSpec shadow,
            CompareSpec compare,
            RampSpec ramp,
            List<CohortSpec> cohorts,
            Set<String> allow,
            Set<String> deny,
            LimitsSpec limits,
            GatesSpec gates) {
        this(
                name,
                kind,
                routes,
                translate,
                writes,
                data,
                shadow,
                compare,
                ramp,
                cohorts,
                allow,
                deny,
                limits,
                gates,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    public SliceSpec withVersions(List<VersionSpec> sideBySide, Optional<EntitySource> counted) {
        return new SliceSpec(
                name,
                kind,
                routes,
                translate,
                writes,
                data,
                shadow,
                compare,
                ramp,
                cohorts,
                allow,
                deny,
                limits,
                gates,
                sideBySide,
                counted,
                pins,
                feeds);
    }

    public SliceSpec withWrites(WritesSpec carried) {
        return new SliceSpec(
                name, kind, routes, translate, carried, data, shadow, compare, ramp, cohorts, allow, deny, limits,
                gates, versions, consumers, pins, feeds);
    }

    public SliceSpec withPins(PinSpec own) {
        return new SliceSpec(
                name,
                kind,
                routes,
                translate,
                writes,
                data,
                shadow,
                compare,
                ramp,
                cohorts,
                allow,
                deny,
                limits,
                gates,
                versions,
                consumers,
                Optional.of(own),
                feeds);
    }

    public SliceSpec withFeeds(List<FeedSpec> told) {
        return new SliceSpec(
                name, kind, routes, translate, writes, data, shadow, compare, ramp, cohorts, allow, deny, limits, gates,
                versions, consumers, pins, told);
    }

    public boolean hasState() {
        return kind != SliceKind.STATELESS;
    }

    /**
     * Whether a key of it may let in whoever reads it: one that requests bring as a cookie, that writes bring in a header, or that
     * stands in Redis. A header by which nothing but reads is routed names what they are grouped by.
     */
    public boolean hidesKeys() {
        return routes.stream()
                        .anyMatch(route -> route.entity().reads(EntitySource.Kind.COOKIE)
                                || route.entity().reads(EntitySource.Kind.RESPONSE_COOKIE)
                                || route.write() && route.entity().reads(EntitySource.Kind.HEADER))
                || data.filter(stores -> stores.legacy() instanceof RedisStore || stores.modern() instanceof RedisStore)
                        .isPresent();
    }
}
