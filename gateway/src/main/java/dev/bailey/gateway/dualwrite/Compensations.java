package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.dualwrite.Replay.Replayed;
import dev.bailey.gateway.upstream.BufferedAnswer;
import dev.bailey.gateway.upstream.BufferedRequest;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Header;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Undoes a write at its authority, as declared, when the follower refuses it. A compensation is a write of the entity like
 * any other, so it takes the entity's lane; its key hangs on the record, so that it counts once however often it is sent.
 */
final class Compensations {

    private final EntityLanes lanes;
    private final SideClient client;
    private final WriteLease lease;
    private final Duration laneWait;
    private final int maxAnswerBytes;

    Compensations(EntityLanes lanes, SideClient client, WriteLease lease, Duration laneWait, int maxAnswerBytes) {
        this.lanes = lanes;
        this.client = client;
        this.lease = lease;
        this.laneWait = laneWait;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    Replayed send(PendingWrite write, SliceSpec slice, EntityKey entity) throws InterruptedException {
        if (slice.writes().compensate().isEmpty()) {
            return new Replayed.Stale("slice " + slice.name() + " declares no compensation (expected one)");
        }
        EntityLanes.Ticket ticket = lanes.take(slice.name(), entity);
        if (ticket == null) {
            return new Replayed.Later("too many writes wait for the entity", Duration.ZERO, true);
        }
        try {
            if (!ticket.await(laneWait)) {
                return new Replayed.Later("the entity is being written", Duration.ZERO, true);
            }
            if (lease.valid(AdmissionRules.needed(slice)).isEmpty()) {
                return new Replayed.LeaseOver(); // the wait may have taken as long
            }
            return read(Tasks.await(client.send(
                    write.authority,
                    request(write, slice.writes().compensate().get(), slice, entity),
                    slice.limits().timeout(),
                    maxAnswerBytes)));
        } finally {
            ticket.leave();
        }
    }

    private static BufferedRequest request(
            PendingWrite write, WritesSpec.Compensation declared, SliceSpec slice, EntityKey entity) {
        String path = declared.path().replace("{key}", encoded(entity.value()));
        List<String> fields = slice.data().map(data -> data.key().names()).orElse(List.of());
        List<String> parts = KeyParts.of(entity, fields.size()).orElse(List.of());
        for (int i = 0; i < parts.size(); i++) {
            path = path.replace("{" + fields.get(i) + "}", encoded(parts.get(i)));
        }
        return new BufferedRequest(
                declared.method(),
                path,
                List.of(new Header(slice.writes().idempotencyHeader(), write.id + "-undo")),
                new byte[0]);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Replayed read(BufferedAnswer answer) {
        return switch (answer) {
            case BufferedAnswer.Answered answered
            when answered.status() / 100 == 2 -> new Replayed.Carried("compensated: " + answered.status());
            case BufferedAnswer.Answered answered
            when answered.status() / 100 == 4 && answered.status() != 409 && answered.status() != 429 ->
                new Replayed.Refused("the authority answered " + answered.status());
            case BufferedAnswer.Answered answered ->
                new Replayed.Later("compensation: the authority answered " + answered.status(), Duration.ZERO, true);
            case BufferedAnswer.Failed failed ->
                new Replayed.Later("compensation: " + failed.message(), Duration.ZERO, true);
        };
    }
}
