package dev.bailey.benchmarks.fuzz;

import dev.bailey.benchmarks.fuzz.LenientReader.Message;
import dev.bailey.benchmarks.fuzz.ProxyReference.Read;
import dev.bailey.gateway.http.AnswerHead;
import dev.bailey.gateway.http.Known;
import dev.bailey.gateway.http.RequestHead;
import dev.bailey.gateway.http.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Mutated bytes through a gateway and out at its other side: a service sees the requests that a strict reader sees and no
 * others, each client request gets its own answer, and what a service says beyond an answer reaches nobody.
 */
final class ThroughFuzzer implements Run {

    private static final int MAX_LENGTH = 12 * 1024;
    private static final int MAX_INFORMATIONAL = 16;
    private static final long SETTLE_MS = 100;
    private static final int[] WHOLE = {};

    private final long seed;
    private final long endNanos;
    private final Random random;
    private final Corpus corpus;
    private final Mutator mutator;
    private final Findings findings;
    private final RecordingOrigin origin;
    private final Reading<RequestHead> requests;
    private final Reading<AnswerHead> answers;
    private final Reading<AnswerHead> answersToHead;
    private final AtomicLong executions = new AtomicLong();
    private final AtomicLong forwarded = new AtomicLong();
    private final Set<String> seen = new HashSet<>();
    private volatile int behaviours;

    ThroughFuzzer(long seed, long endNanos, Path seeds, Path folder) {
        this.seed = seed;
        this.endNanos = endNanos;
        this.random = new Random(seed);
        this.corpus = new Corpus(seeds, folder.resolve("corpus"));
        this.mutator = new Mutator(random, corpus);
        this.findings = new Findings(folder, "finding-through-" + seed);
        this.origin = new RecordingOrigin(new Random(seed));
        Scratch scratch = new Scratch();
        this.requests = Reading.requests(scratch);
        this.answers = Reading.answers(scratch, false);
        this.answersToHead = Reading.answers(scratch, true);
    }

    @Override
    public void run() {
        try (origin;
                LocalGateway gateway = new LocalGateway(origin.port(), false);
                LocalGateway proxied = new LocalGateway(origin.port(), true)) {
            for (Input input : corpus.all()) {
                execute(input, gateway, proxied);
            }
            while (System.nanoTime() - endNanos < 0 && !findings.isFull()) {
                Input input = mutator.next();
                if (input.bytes().length <= MAX_LENGTH
                        && input.bytes().length > 0
                        && execute(input, gateway, proxied)) {
                    corpus.keep(input);
                }
            }
        }
    }

    /** Whether the input showed a new behaviour. */
    private boolean execute(Input input, LocalGateway gateway, LocalGateway proxied) {
        boolean isNew = false;
        try {
            isNew = seen.add(
                    switch (input.kind()) {
                        case REQUEST -> request(input.bytes(), gateway);
                        case ANSWER -> answer(input.bytes(), gateway);
                        case PROXY -> proxyHeader(input.bytes(), proxied);
                    });
            behaviours = seen.size();
        } catch (RuntimeException | IOException failure) {
            findings.add(input, failure, "seed " + seed + ", execution " + executions);
            settle();
        }
        executions.incrementAndGet();
        return isNew;
    }

    /** A header that is one is followed by its client's request; one that is none ends the connection, and nothing is forwarded. */
    private String proxyHeader(byte[] mutated, LocalGateway proxied) throws IOException {
        Read read = ProxyReference.read(mutated);
        if (read instanceof Read.More) {
            return "more";
        }
        int header = read instanceof Read.Header taken ? taken.length() : mutated.length;
        String line = "GET /end-" + executions + " HTTP/1.1";
        byte[] last = (line + "\r\nHost: h\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = Arrays.copyOf(mutated, header + last.length);
        System.arraycopy(last, 0, bytes, header, last.length);
        Message answer;
        try (Wire client = new Wire(proxied.address())) {
            client.send(bytes, Cuts.any(bytes, random));
            answer = client.answer(false);
        }
        List<Message> taken = origin.taken();
        forwarded.addAndGet(taken.size());
        if (read instanceof Read.Refused) {
            if (answer != null || !taken.isEmpty()) {
                throw new Violation(
                        "behind what is no PROXY protocol header " + taken + " came through, and " + answer);
            }
            return "refused";
        }
        if (answer == null || !answer.body().equals(line) || taken.size() != 1) {
            throw new Violation("behind a PROXY protocol header " + line + " came as " + taken + " and got " + answer);
        }
        return "proxied " + Integer.numberOfLeadingZeros(header);
    }

    /** What is still on its way to the service is not the next input's. */
    private void settle() {
        try {
            Thread.sleep(SETTLE_MS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        origin.taken();
    }

    private String request(byte[] mutated, LocalGateway gateway) throws IOException {
        String end = "GET /end-" + executions + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        byte[] last = end.getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = Arrays.copyOf(mutated, mutated.length + last.length);
        System.arraycopy(last, 0, bytes, mutated.length, last.length);
        Trace<RequestHead> trace = requests.read(bytes, WHOLE);
        List<Trace.Message<RequestHead>> sent = new ArrayList<>();
        boolean ends = trace.refusal != null;
        for (Trace.Message<RequestHead> message : trace.messages) {
            boolean answeredHere = isAnsweredHere(message.head);
            if (!message.complete && !answeredHere) {
                break;
            }
            sent.add(message);
            if (!message.head.keepAlive() || (answeredHere && message.head.hasBody())) {
                ends = true;
                break;
            }
        }
        try (Wire client = new Wire(gateway.address())) {
            client.send(bytes, Cuts.any(bytes, random));
            for (Trace.Message<RequestHead> message : sent) {
                itsOwn(message.head, client.answer(message.head.isMethod("HEAD")));
            }
            if (ends) {
                Message refusal = client.answer(false);
                if (refusal != null && (refusal.status() < 400 || !client.isEnded())) {
                    throw new Violation("an answer too many: " + refusal.start());
                }
            }
        }
        seen(sent);
        return Properties.signature(trace) + sent.size() + ends;
    }

    private static void itsOwn(RequestHead head, @Nullable Message answer) {
        String line = NextHop.line(head);
        if (answer == null) {
            throw new Violation("no answer to " + line);
        }
        boolean own = isAnsweredHere(head)
                ? answer.status() == (head.isMethod("TRACE") ? 405 : 200)
                : answer.status() == 200 && answer.body().equals(head.isMethod("HEAD") ? "" : line);
        if (!own) {
            throw new Violation(line + " was answered with " + answer.start() + " " + answer.body());
        }
    }

    private static boolean isAnsweredHere(RequestHead head) {
        String left = head.first(Known.MAX_FORWARDS);
        return head.isMethod("TRACE") || (head.isMethod("OPTIONS") && left != null && left.matches("0+"));
    }

    private void seen(List<Trace.Message<RequestHead>> sent) {
        List<Message> expected = sent.stream()
                .filter(message -> !isAnsweredHere(message.head))
                .map(message -> new Message(
                        NextHop.line(message.head), message.body.toString(StandardCharsets.ISO_8859_1), true))
                .toList();
        List<Message> taken = origin.taken();
        forwarded.addAndGet(taken.size());
        if (!taken.equals(expected)) {
            throw new Violation("the service received " + taken + " (expected " + expected + ")");
        }
    }

    private String answer(byte[] mutated, LocalGateway gateway) throws IOException {
        boolean toHead = random.nextInt(6) == 0;
        boolean upgrades = !toHead && random.nextInt(8) == 0;
        boolean pipelined = !upgrades && random.nextBoolean();
        Trace<AnswerHead> trace = (toHead ? answersToHead : answers).read(mutated, WHOLE);
        Trace.Message<AnswerHead> first = finalOf(trace);
        origin.says(
                mutated, first == null || !first.complete || first.head.bodyLength() < -1 || random.nextInt(8) == 0);
        String check = "GET /check-" + executions + " HTTP/1.1\r\nHost: h\r\n\r\n";
        String ask = (toHead ? "HEAD " : "GET ") + RecordingOrigin.MUTATED + " HTTP/1.1\r\nHost: h\r\n"
                + (upgrades ? "Connection: upgrade\r\nUpgrade: x\r\n\r\n" : "\r\n");
        boolean checked = false;
        try (Wire client = new Wire(gateway.address())) {
            client.send(pipelined ? ask + check : ask);
            Message got = client.answer(toHead);
            if (!upgrades) {
                passedOn(first, got);
                if (got != null) {
                    if (!pipelined) {
                        client.send(check);
                    }
                    checked = checked(client.answer(false));
                }
            }
        }
        if (!checked) {
            try (Wire client = new Wire(gateway.address())) {
                client.send(check);
                if (!checked(client.answer(false))) {
                    throw new Violation("no answer to the request behind");
                }
            }
        }
        forwarded.addAndGet(origin.taken().size());
        return Properties.signature(trace) + toHead + upgrades + pipelined + checked;
    }

    /** The final answer; null where there is none that may be passed on. */
    private static Trace.@Nullable Message<AnswerHead> finalOf(Trace<AnswerHead> trace) {
        int before = 0;
        for (Trace.Message<AnswerHead> message : trace.messages) {
            if (!message.head.isInformational()) {
                return message;
            }
            if (message.head.status() == 101 || ++before > MAX_INFORMATIONAL) {
                return null;
            }
        }
        return null;
    }

    private static void passedOn(Trace.@Nullable Message<AnswerHead> said, @Nullable Message got) {
        if (said == null) {
            if (got == null || got.status() != 502) {
                throw new Violation("what is no answer became " + got + " (expected 502)");
            }
        } else if (got == null) {
            if (said.complete) {
                throw new Violation("a complete answer did not arrive");
            }
        } else if (got.status() != said.head.status()
                || !said.complete
                || !got.body().equals(said.body.toString(StandardCharsets.ISO_8859_1))) {
            throw new Violation("the client got " + got + " (expected " + said.head.status() + ", complete "
                    + said.complete + ", " + said.body.toString(StandardCharsets.ISO_8859_1) + ")");
        }
    }

    private boolean checked(@Nullable Message got) {
        if (got != null && !(got.status() == 200 && got.body().equals("GET /check-" + executions + " HTTP/1.1"))) {
            throw new Violation("the request behind got " + got);
        }
        return got != null;
    }

    @Override
    public long executions() {
        return executions.get();
    }

    @Override
    public int findings() {
        return findings.count();
    }

    @Override
    public int behaviours() {
        return behaviours;
    }

    @Override
    public String found() {
        return behaviours + " behaviours, " + forwarded + " requests at the service";
    }
}
