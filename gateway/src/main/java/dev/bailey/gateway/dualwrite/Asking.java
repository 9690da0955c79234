package dev.bailey.gateway.dualwrite;

import dev.bailey.gateway.http.SetCookie;
import dev.bailey.gateway.upstream.BufferedAnswer;
import dev.bailey.gateway.upstream.SideClient;
import dev.bailey.gateway.upstream.Translator;
import dev.bailey.gateway.upstream.Translator.TranslationException;
import dev.bailey.model.route.EntityKey;
import dev.bailey.model.route.KeyParts;
import dev.bailey.model.route.RouteMatch;
import dev.bailey.model.route.Snapshot;
import dev.bailey.model.spec.EntitySource;
import dev.bailey.model.spec.KeySource;
import dev.bailey.model.spec.SliceSpec;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Outcome;
import dev.bailey.model.write.WriteIntent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the authority once more about a write of unknown fate, by sending it again with the same idempotency key. Only where
 * that can never apply it twice, nor apply what the client was not promised: the services honour the key, the body was
 * kept, the client gave the key or the method is idempotent, and the side is still the entity's authority.
 */
final class Asking {

    private static final Set<String> IDEMPOTENT = Set.of("PUT", "DELETE");
    private static final Set<Integer> LATER = Set.of(408, 409, 423, 425, 429);

    private final Supplier<Snapshot> current;
    private final SideClient client;
    private final Translator translator;
    private final int maxAnswerBytes;

    Asking(Supplier<Snapshot> current, SideClient client, Translator translator, int maxAnswerBytes) {
        this.current = current;
        this.client = client;
        this.translator = translator;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    sealed interface Answer {
        record Applied(Outcome.Applied outcome) implements Answer {}

        record Rejected(int status) implements Answer {}

        /** @param reached whether the question may have come to the authority */
        record Later(boolean reached) implements Answer {}

        record NotAskable() implements Answer {}
    }

    Answer ask(WriteIntent intent, SliceSpec slice) throws InterruptedException {
        Snapshot snapshot = current.get();
        StoredRequest stored = new StoredRequest(intent);
        RouteMatch match = stored.match(snapshot);
        if (match == null || !mayBeAsked(intent, slice, match, snapshot)) {
            return new Answer.NotAskable();
        }
        BufferedAnswer answer;
        try {
            answer = Tasks.await(client.send(
                    intent.authority(),
                    stored.toSide(intent.authority(), match, translator, intent.entity()),
                    slice.limits().timeout(),
                    maxAnswerBytes));
        } catch (TranslationException e) {
            return new Answer.NotAskable();
        }
        return switch (answer) {
            case BufferedAnswer.Failed failed -> new Answer.Later(failed.sent());
            case BufferedAnswer.Answered answered -> read(answered, intent, match);
        };
    }

    private static boolean mayBeAsked(WriteIntent intent, SliceSpec slice, RouteMatch match, Snapshot snapshot) {
        if (slice.writes().idempotency() != WritesSpec.Idempotency.HEADER
                || !intent.bodyKept()
                || !(intent.clientKey() || IDEMPOTENT.contains(intent.method()))) {
            return false;
        }
        @Nullable EntityKey entity = intent.entity().orElse(null);
        return new PinnedRequest(match, entity, intent.method())
                        .under(snapshot.state(slice.name()))
                        .side()
                == intent.authority();
    }

    private Answer read(BufferedAnswer.Answered answered, WriteIntent intent, RouteMatch match) {
        int status = answered.status();
        if (status / 100 == 2) {
            Optional<EntityKey> entity = intent.entity().or(() -> minted(answered, intent, match));
            return new Answer.Applied(new Outcome.Applied(status, entity, List.of(), new byte[0]));
        }
        if (intent.method().equals("DELETE") && (status == 404 || status == 410)) {
            // It is gone, perhaps by the first try: the refresh that follows carries whatever is true.
            return new Answer.Applied(new Outcome.Applied(status, intent.entity(), List.of(), new byte[0]));
        }
        return status / 100 == 4 && !LATER.contains(status) ? new Answer.Rejected(status) : new Answer.Later(true);
    }

    private Optional<EntityKey> minted(BufferedAnswer.Answered answered, WriteIntent intent, RouteMatch match) {
        KeySource source = match.route().entity();
        if (!source.isMinted()) {
            return Optional.empty();
        }
        try {
            byte[] body = translator.fromSide(intent.authority(), match, answered.status(), answered.body());
            return source.minted(part -> part.kind() == EntitySource.Kind.RESPONSE_COOKIE
                            ? SetCookie.value(answered.all("Set-Cookie"), part.name())
                            : StoredRequest.at(body, part.name()))
                    .map(KeyParts::joined);
        } catch (TranslationException e) {
            return Optional.empty();
        }
    }
}
