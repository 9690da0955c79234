package dev.bailey.gateway.proxy;

import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.journal.KeptKeys.Answer;
import dev.bailey.model.write.Header;
import java.util.ArrayList;
import java.util.List;

/** What is kept of a side's answer for the next request with the same idempotency key. */
final class KeptAnswers {

    private static final String[] ABOUT_THE_ENTITY = {"Location", "ETag", "Last-Modified", "Link"};
    private static final String[] ABOUT_THE_BODY = {"Content-Type", "Content-Encoding", "Content-Language"};

    private KeptAnswers() {}

    static Answer of(AnswerHead head, byte[] clientBody, boolean translated) {
        List<Header> headers = fields(head, ABOUT_THE_ENTITY);
        if (translated && clientBody.length > 0) {
            headers.add(new Header("Content-Type", "application/json"));
        } else if (clientBody.length > 0) {
            headers.addAll(fields(head, ABOUT_THE_BODY));
        }
        return new Answer(head.status(), headers, clientBody, true);
    }

    /** Where the body was too long, or is none the client could read. */
    static Answer withoutBody(AnswerHead head) {
        return new Answer(head.status(), fields(head, ABOUT_THE_ENTITY), new byte[0], false);
    }

    private static List<Header> fields(AnswerHead head, String[] names) {
        List<Header> found = new ArrayList<>(names.length);
        for (String name : names) {
            String value = head.first(name);
            if (value != null) {
                found.add(new Header(name, value));
            }
        }
        return found;
    }
}
