package dev.bailey.app.wiring;

import dev.bailey.control.api.Asks;
import dev.bailey.control.api.ExplainView;
import dev.bailey.control.api.Explains;
import dev.bailey.gateway.SnapshotHolder;
import dev.bailey.gateway.proxy.AskedRequest;
import dev.bailey.gateway.proxy.Explainer;
import dev.bailey.gateway.proxy.Explanation;
import dev.bailey.gateway.proxy.Pins;
import dev.bailey.model.phase.PhaseRow.Compared;
import dev.bailey.model.phase.PhaseTable;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.ShownKey;
import dev.bailey.model.route.SliceName;
import dev.bailey.model.route.Snapshot;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Tells where a request would go, by the very decision the gateway makes. */
record ExplainAdapter(SnapshotHolder snapshots, Explainer explainer, Supplier<Pins> pins) implements Explains {

    @Override
    public ExplainView explain(Asks.Explain request) {
        Snapshot snapshot = snapshots.get();
        Explanation why = explainer.explain(
                snapshot, new AskedRequest(request.method(), request.path(), request.headers(), pins.get()));
        Ramp ramp = why.slice()
                .map(slice -> snapshot.state(new SliceName(slice)).ramp())
                .orElse(Ramp.NONE);
        return new ExplainView(
                request.method(),
                request.path(),
                why.slice(),
                why.route(),
                key(snapshot, why),
                why.bucket().map(OptionalInt::of).orElseGet(OptionalInt::empty),
                why.cohort(),
                why.phase(),
                ramp.toString(),
                why.epoch(),
                why.side(),
                why.rule().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                why.meaning(),
                why.write(),
                why.journalled(),
                why.follower(),
                !why.write() && PhaseTable.row(why.phase()).compared().contains(Compared.ANSWERS),
                why.rejected(),
                sentence(request, why, key(snapshot, why), ramp));
    }

    private static Optional<String> key(Snapshot snapshot, Explanation why) {
        return why.key()
                .map(key -> why.slice()
                        .map(slice -> ShownKey.of(snapshot.spec(), new SliceName(slice), new EntityKey(key)))
                        .orElse(key));
    }

    private static String sentence(Asks.Explain request, Explanation why, Optional<String> found, Ramp ramp) {
        String asked = request.method() + " " + request.path();
        if (why.rejected()) {
            return asked + " is refused: the entity key is missing and the slice says `missing: reject`";
        }
        String key = found.map(entity -> " of entity " + entity).orElse("")
                + why.bucket().map(bucket -> " in bucket " + bucket).orElse("");
        String standing = why.slice()
                .map(slice -> "; " + slice + " stands at " + why.phase() + (ramp.equals(Ramp.NONE) ? "" : " " + ramp))
                .orElse("");
        Optional<String> follower = why.follower().map(side -> ", then carried to " + side.label());
        return asked + key + " goes to " + why.side().label() + follower.orElse("") + ": " + why.meaning() + standing;
    }
}
