package dev.bailey.model.spec;

import dev.bailey.model.phase.SliceKind;
import dev.bailey.model.route.SliceName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A slice as the file declares it, every default filled in.
 *
 * @param allow entity keys that are across as soon as the phase has a ramp, whatever the ramp says
 * @param deny entity keys that stay with legacy while the phase has a ramp
 * @param data how the stores are read; empty for a slice without stored state
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
        GatesSpec gates) {

    public SliceSpec {
        routes = List.copyOf(routes);
        cohorts = List.copyOf(cohorts);
        allow = Set.copyOf(allow);
        deny = Set.copyOf(deny);
    }

    public boolean hasState() {
        return kind != SliceKind.STATELESS;
    }
}
