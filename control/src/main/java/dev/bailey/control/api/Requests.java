package dev.bailey.control.api;

import dev.bailey.control.access.Principal;
import dev.bailey.control.command.Command;
import dev.bailey.control.command.Commands;
import dev.bailey.control.command.Issue;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.route.Epoch;
import dev.bailey.model.route.SliceName;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Reads requests and gives answers: bodies, parameters, and commands with who, when and why. */
final class Requests {

    private static final int LONGEST_REASON = 1_000;

    private final Commands commands;
    private final InstantSource clock;
    private final int maxBodyBytes;

    Requests(Commands commands, InstantSource clock, int maxBodyBytes) {
        this.commands = commands;
        this.clock = clock;
        this.maxBodyBytes = maxBodyBytes;
    }

    <T extends Record> T body(Context context, Class<T> type) {
        return StrictBody.read(text(context, "application/json"), type);
    }

    /** The body as text, its media type checked (a foreign page cannot send these without asking first). */
    String text(Context context, String mediaType) {
        String given = context.contentType();
        String plain = given == null ? "" : given.split(";", 2)[0].strip();
        if (!plain.equalsIgnoreCase(mediaType)) {
            throw new ApiError(
                    ApiError.Code.UNSUPPORTED_MEDIA_TYPE,
                    "content type \"" + plain + "\" (expected " + mediaType + ")",
                    "send it as " + mediaType);
        }
        String body = context.body();
        if (body.length() > maxBodyBytes) {
            throw tooLarge();
        }
        return body;
    }

    ApiError tooLarge() {
        return new ApiError(
                ApiError.Code.TOO_LARGE, "the body is larger than " + maxBodyBytes + " bytes", "send a smaller one");
    }

    void execute(Context context, Command command, String reason, Optional<Long> expectedEpoch) {
        Principal caller = Gatekeeper.principal(context);
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw StrictBody.invalid(
                    "the reason has " + reason.strip().length() + " characters (expected 1 to " + LONGEST_REASON + ")",
                    "say why; it is kept in the audit trail");
        }
        Issue issue = new Issue(
                caller.actor(),
                Set.of(caller.role()),
                clock.instant(),
                reason.strip(),
                expectedEpoch.map(Requests::epoch),
                Optional.empty());
        CommandAnswer answer = Answers.of(commands.execute(command, issue));
        json(context.status(Answers.status(answer)), answer);
    }

    static void json(Context context, Object answer) {
        context.header("Cache-Control", "no-store");
        context.contentType("application/json").result(ApiJson.mapper().writeValueAsBytes(answer));
    }

    static <T> void jsonOr404(Context context, Optional<T> answer, String what) {
        json(context, answer.orElseThrow(() -> ApiError.notFound(what)));
    }

    static SliceName slice(Context context) {
        return new SliceName(context.pathParam("slice"));
    }

    static Optional<String> query(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(value -> !value.isEmpty());
    }

    static String reason(Context context) {
        return query(context, "reason")
                .orElseThrow(() -> StrictBody.invalid("the query parameter \"reason\" is missing", "say why"));
    }

    static Optional<Long> number(Context context, String name) {
        return query(context, name).map(text -> {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw StrictBody.invalid(name + " \"" + text + "\" (expected a whole number)", "correct it");
            }
        });
    }

    static int limit(Context context) {
        long limit = number(context, "limit").orElse(100L);
        if (limit < 1 || limit > 500) {
            throw StrictBody.invalid("limit " + limit + " (expected 1 to 500)", "ask for fewer and page on");
        }
        return (int) limit;
    }

    static <E extends Enum<E>> Optional<E> word(Context context, String name, Class<E> type) {
        return query(context, name)
                .map(text -> Arrays.stream(type.getEnumConstants())
                        .filter(value -> ApiJson.label(value).equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() -> StrictBody.invalid(
                                name + " \"" + text + "\" (known: "
                                        + String.join(
                                                ", ",
                                                Arrays.stream(type.getEnumConstants())
                                                        .map(ApiJson::label)
                                                        .toList())
                                        + ")",
                                "take one of the known")));
    }

    /** A share as people write it: {@code 12.5%} or {@code 12.5}. */
    static Ramp ramp(String text) {
        String number = text.strip().endsWith("%")
                ? text.strip().substring(0, text.strip().length() - 1)
                : text.strip();
        try {
            return new Ramp(new BigDecimal(number.strip()).movePointRight(2).intValueExact());
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw StrictBody.invalid(
                    "ramp \"" + text + "\" (expected 0% to 100% in steps of 0.01%)", "write it like 12.5%");
        }
    }

    /** Documents a second as people write it: {@code 5000/s}; 0 for {@code none}. */
    static long rate(String text) {
        String bare = text.strip();
        if (bare.equals("none")) {
            return 0;
        }
        if (!bare.matches("[0-9]{1,9}/s") || bare.matches("0+/s")) {
            throw StrictBody.invalid("rate \"" + text + "\" (expected 1/s or more, or none)", "write it like 5000/s");
        }
        return Long.parseLong(bare.substring(0, bare.length() - 2));
    }

    private static Epoch epoch(long value) {
        if (value < 1) {
            throw StrictBody.invalid("expectedEpoch " + value + " (expected 1 or more)", "take it from the status");
        }
        return new Epoch(value);
    }
}
