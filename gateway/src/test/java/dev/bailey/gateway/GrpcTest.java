package dev.bailey.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.dualwrite.WritePath.Settled;
import dev.bailey.gateway.dualwrite.WriteRequest;
import dev.bailey.model.phase.Phase;
import dev.bailey.model.phase.Ramp;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ReachSpec.HttpVersion;
import dev.bailey.model.spec.WritesSpec;
import dev.bailey.model.write.Outcome;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client and services of grpc-java, with the gateway between them; messages are text. */
@ExtendWith(NoLeaks.class)
class GrpcTest {

    private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    };

    private static final Metadata.Key<String> ACCOUNT = Metadata.Key.of("x-account", Metadata.ASCII_STRING_MARSHALLER);

    private static MethodDescriptor<String, String> method(MethodType type, String name) {
        return MethodDescriptor.<String, String>newBuilder(TEXT, TEXT)
                .setType(type)
                .setFullMethodName("shop.Orders/" + name)
                .build();
    }

    private static final MethodDescriptor<String, String> UNARY = method(MethodType.UNARY, "Get");
    private static final MethodDescriptor<String, String> LIST = method(MethodType.SERVER_STREAMING, "List");
    private static final MethodDescriptor<String, String> SUM = method(MethodType.CLIENT_STREAMING, "Sum");
    private static final MethodDescriptor<String, String> CHAT = method(MethodType.BIDI_STREAMING, "Chat");
    private static final MethodDescriptor<String, String> PUT = method(MethodType.UNARY, "Put");
    private static final MethodDescriptor<String, String> FILL = method(MethodType.CLIENT_STREAMING, "Fill");
    private static final MethodDescriptor<String, String> TALK = method(MethodType.BIDI_STREAMING, "Talk");

    /** A service that answers with its name, or fails everything with a status. */
    private static final class Service implements AutoCloseable {
        final AtomicInteger calls = new AtomicInteger();
        private final Server server;

        Service(String name, Status fails) throws IOException {
            ServerServiceDefinition.Builder methods = ServerServiceDefinition.builder("shop.Orders");
            for (MethodDescriptor<String, String> unary : List.of(UNARY, PUT)) {
                methods.addMethod(unary, ServerCalls.asyncUnaryCall((String request, StreamObserver<String> answer) -> {
                    calls.incrementAndGet();
                    if (fails.isOk()) {
                        answer.onNext(name + " " + request);
                        answer.onCompleted();
                    } else {
                        answer.onError(fails.asRuntimeException());
                    }
                }));
            }
            methods.addMethod(
                    LIST, ServerCalls.asyncServerStreamingCall((String request, StreamObserver<String> answer) -> {
                        calls.incrementAndGet();
                        for (int i = 0; i < Integer.parseInt(request); i++) {
                            answer.onNext(name + " " + i);
                        }
                        answer.onCompleted();
                    }));
            for (MethodDescriptor<String, String> filled : List.of(SUM, FILL)) {
                methods.addMethod(filled, ServerCalls.asyncClientStreamingCall(answer -> {
                    calls.incrementAndGet();
                    return new Each(fails.isOk() ? null : (at -> answer.onError(fails.asRuntimeException())), all -> {
                        answer.onNext(name + " " + all);
                        answer.onCompleted();
                    });
                }));
            }
            for (MethodDescriptor<String, String> spoken : List.of(CHAT, TALK)) {
                methods.addMethod(spoken, ServerCalls.asyncBidiStreamingCall(answer -> {
                    calls.incrementAndGet();
                    return new Hearing(name, fails, answer);
                }));
            }
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                    .directExecutor()
                    .addService(methods.build())
                    .build()
                    .start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getPort());
        }

        @Override
        public void close() {
            server.shutdownNow();
            try {
                server.awaitTermination(5, TimeUnit.SECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private record Hearing(String name, Status fails, StreamObserver<String> answer) implements StreamObserver<String> {
        @Override
        public void onNext(String message) {
            if (message.equals("fail")) {
                answer.onError(Status.INTERNAL.asRuntimeException());
            } else if (message.equals("refuse")) {
                answer.onError(Status.FAILED_PRECONDITION.asRuntimeException());
            } else if (fails.isOk()) {
                answer.onNext(name + " heard " + message);
            } else {
                answer.onError(fails.asRuntimeException());
            }
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
            answer.onCompleted();
        }
    }

    private static final class Each implements StreamObserver<String> {
        private final java.util.function.@org.jspecify.annotations.Nullable Consumer<String> first;
        private final java.util.function.Consumer<String> then;
        private final StringBuilder all = new StringBuilder();

        Each(
                java.util.function.@org.jspecify.annotations.Nullable Consumer<String> first,
                java.util.function.Consumer<String> then) {
            this.first = first;
            this.then = then;
        }

        @Override
        public void onNext(String message) {
            if (first != null) {
                first.accept(message);
            }
            all.append(message);
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
            if (first == null) {
                then.accept(all.toString());
            }
        }
    }

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Service legacy;
    private Service modern;

    @BeforeEach
    void open() throws Exception {
        legacy = add(new Service("legacy", Status.OK));
        modern = add(new Service("modern", Status.OK));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T add(T made) {
        opened.add(made);
        return made;
    }

    private Bridge.Builder between(URI ofLegacy, URI ofModern) {
        return Bridge.between(ofLegacy, ofModern)
                .reach(ReachSpec.DEFAULTS.withHttp(HttpVersion.HTTP_2), Path.of(""))
                .in(Phase.READ_CUTOVER)
                .ramp(Ramp.FULL);
    }

    private Channel channel(Bridge bridge) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", bridge.gateway.address().port())
                .usePlaintext()
                .directExecutor()
                .build();
        add(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
        return channel;
    }

    private static CallOptions soon() {
        return CallOptions.DEFAULT.withDeadlineAfter(15, TimeUnit.SECONDS);
    }

    /** Requests of the slice carry the account that is its entity. */
    private static ClientInterceptor account() {
        Metadata metadata = new Metadata();
        metadata.put(ACCOUNT, "acme");
        return MetadataUtils.newAttachHeadersInterceptor(metadata);
    }

    private Channel sliced(Bridge bridge) {
        return io.grpc.ClientInterceptors.intercept(channel(bridge), account());
    }

    private void allFourKinds(Channel channel, String name) throws Exception {
        assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, soon(), "1")).isEqualTo(name + " 1");
        List<String> listed = new ArrayList<>();
        ClientCalls.blockingServerStreamingCall(channel, LIST, soon(), "500").forEachRemaining(listed::add);
        assertThat(listed).hasSize(500).last().isEqualTo(name + " 499");

        Answers sum = new Answers();
        StreamObserver<String> adding = ClientCalls.asyncClientStreamingCall(channel.newCall(SUM, soon()), sum);
        for (int i = 0; i < 5; i++) {
            adding.onNext("+" + i);
        }
        adding.onCompleted();
        assertThat(sum.next()).isEqualTo(name + " +0+1+2+3+4");

        Answers heard = new Answers();
        StreamObserver<String> saying = ClientCalls.asyncBidiStreamingCall(channel.newCall(CHAT, soon()), heard);
        for (int i = 0; i < 5; i++) {
            saying.onNext("n" + i);
            // The answer comes while the request goes on.
            assertThat(heard.next()).isEqualTo(name + " heard n" + i);
        }
        saying.onCompleted();
        assertThat(heard.next()).isEqualTo("(end)");
    }

    private static final class Answers implements StreamObserver<String> {
        private final BlockingQueue<String> came = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return String.valueOf(came.poll(10, TimeUnit.SECONDS));
        }

        @Override
        public void onNext(String message) {
            came.add(message);
        }

        @Override
        public void onError(Throwable cause) {
            came.add("(" + Status.fromThrowable(cause).getCode() + ")");
        }

        @Override
        public void onCompleted() {
            came.add("(end)");
        }
    }

    @Test
    void allFourKindsOfCallsGoThroughUnclaimed() throws Exception {
        try (Bridge bridge = between(legacy.url(), modern.url()).open()) {
            allFourKinds(channel(bridge), "legacy");
        }
    }

    @Test
    void allFourKindsOfCallsAreServedByTheirSlice() throws Exception {
        try (Bridge bridge = between(legacy.url(), modern.url()).grpc().open()) {
            allFourKinds(sliced(bridge), "modern");
            bridge.move(Phase.LEGACY_ONLY, Ramp.NONE);
            allFourKinds(sliced(bridge), "legacy");
        }
    }

    @Test
    void callsGoOverTls(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates();
        certificates.write(certificates.server("localhost"), folder);
        try (Bridge bridge = between(legacy.url(), modern.url())
                .tls(Certificates.spec(), folder)
                .open()) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            "localhost", bridge.gateway.address().port())
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(certificates.authority.getCertificate())
                            .build())
                    .build();
            add(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
            allFourKinds(channel, "legacy");
        }
    }

    @Test
    void failingModernGivesWayToLegacyWhileNothingWasAnswered() throws Exception {
        Service failing = add(new Service("modern", Status.UNAVAILABLE.withDescription("not today")));
        try (Bridge bridge = between(legacy.url(), failing.url()).grpc().open()) {
            Channel channel = sliced(bridge);
            assertThat(ClientCalls.blockingUnaryCall(channel, UNARY, soon(), "1"))
                    .isEqualTo("legacy 1");
            Answers heard = new Answers();
            StreamObserver<String> saying = ClientCalls.asyncBidiStreamingCall(channel.newCall(CHAT, soon()), heard);
            saying.onNext("hello");
            assertThat(heard.next()).isEqualTo("legacy heard hello");
            saying.onNext("again");
            assertThat(heard.next()).isEqualTo("legacy heard again");
            saying.onCompleted();
            assertThat(heard.next()).isEqualTo("(end)");
            assertThat(failing.calls).hasValue(2);
            assertThat(bridge.gateway.takeInterval(Bridge.ORDERS).fallbacks()).isEqualTo(2);
        }
    }

    @Test
    void modernThatIsAwayGivesWayToLegacy() throws Exception {
        try (Bridge bridge = between(legacy.url(), Bridge.nowhere()).grpc().open()) {
            allFourKinds(sliced(bridge), "legacy");
        }
    }

    @Test
    void refusalsOfModernAreItsAnswer() throws Exception {
        Service refusing = add(new Service("modern", Status.NOT_FOUND.withDescription("no such order")));
        try (Bridge bridge = between(legacy.url(), refusing.url()).grpc().open()) {
            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(sliced(bridge), UNARY, soon(), "1"))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
                        assertThat(refused.getStatus().getDescription()).isEqualTo("no such order");
                    });
            assertThat(legacy.calls).hasValue(0);
        }
    }

    @Test
    void failuresOfTheGatewayAreToldInWordsOfGrpc() throws Exception {
        try (Bridge bridge = between(Bridge.nowhere(), modern.url()).open()) {
            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel(bridge), UNARY, soon(), "1"))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, failed -> {
                        assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                        assertThat(failed.getStatus().getDescription()).contains("cannot connect to legacy");
                    });
        }
    }

    @Test
    void writesAreJournalledAndSettledByTheirStatus() throws Exception {
        try (Bridge bridge = between(legacy.url(), modern.url()).grpc().open()) {
            Channel channel = sliced(bridge);
            assertThat(ClientCalls.blockingUnaryCall(channel, PUT, soon(), "1")).isEqualTo("legacy 1");
            assertThat(bridge.writes.outcomes).hasSize(1).first().asString().contains("Applied");
        }
        Service refusing = add(new Service("legacy", Status.FAILED_PRECONDITION));
        try (Bridge bridge = between(refusing.url(), modern.url()).grpc().open()) {
            Channel channel = sliced(bridge);
            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, PUT, soon(), "1"))
                    .isInstanceOf(StatusRuntimeException.class);
            assertThat(bridge.writes.outcomes).hasSize(1).first().asString().contains("Rejected");
        }
    }

    /** Of a call that writes, the messages pass as they come; only its end waits until the outcome is kept. */
    @ParameterizedTest
    @EnumSource(names = {"LEGACY_ONLY", "DUAL_WRITE", "LEGACY_OFF"})
    void conversationsThatWriteGoBothWaysAsTheyCome(Phase phase) throws Exception {
        String name = phase == Phase.LEGACY_OFF ? "modern" : "legacy";
        try (Bridge bridge = between(legacy.url(), modern.url())
                .grpc()
                .in(phase)
                .ramp(Ramp.NONE)
                .open()) {
            CompletableFuture<Settled> settling = new CompletableFuture<>();
            bridge.writes.settling = settling;
            Answers heard = new Answers();
            StreamObserver<String> saying =
                    ClientCalls.asyncBidiStreamingCall(sliced(bridge).newCall(TALK, soon()), heard);
            for (int i = 0; i < 50; i++) {
                saying.onNext("n" + i);
                assertThat(heard.next()).isEqualTo(name + " heard n" + i);
            }
            assertThat(bridge.writes.admitted).hasSize(1).allMatch(write -> !write.bodyKept());
            assertThat(bridge.writes.outcomes).isEmpty();
            saying.onCompleted();
            await().until(() -> bridge.writes.outcomes.size() == 1);
            assertThat(heard.came).isEmpty();
            settling.complete(Settled.ACKNOWLEDGED);
            assertThat(heard.next()).isEqualTo("(end)");
            assertThat(bridge.writes.outcomes).first().isInstanceOf(Outcome.Applied.class);

            Answers sum = new Answers();
            StreamObserver<String> filling =
                    ClientCalls.asyncClientStreamingCall(sliced(bridge).newCall(FILL, soon()), sum);
            String piece = "x".repeat(8 * 1024);
            for (int i = 0; i < 20; i++) {
                filling.onNext(piece); // above what is ever held
            }
            filling.onCompleted();
            assertThat(sum.next()).isEqualTo(name + " " + piece.repeat(20));
            assertThat(sum.next()).isEqualTo("(end)");
        }
    }

    @Test
    void conversationsThatWriteAreSettledByWhatProvesTheirOutcome() throws Exception {
        try (Bridge bridge = between(legacy.url(), modern.url())
                .grpc()
                .in(Phase.DUAL_WRITE)
                .ramp(Ramp.NONE)
                .open()) {
            assertThat(lastOf(bridge, "refuse")).isEqualTo("(FAILED_PRECONDITION)");
            assertThat(lastOf(bridge, "fail")).isEqualTo("(INTERNAL)");
            Answers heard = new Answers();
            var call = sliced(bridge).newCall(TALK, soon());
            StreamObserver<String> saying = ClientCalls.asyncBidiStreamingCall(call, heard);
            saying.onNext("hello");
            assertThat(heard.next()).isEqualTo("legacy heard hello");
            call.cancel("enough", null);
            await().until(() -> bridge.writes.outcomes.size() == 3);
            heard = new Answers();
            saying = ClientCalls.asyncBidiStreamingCall(sliced(bridge).newCall(TALK, soon()), heard);
            saying.onNext("hello");
            assertThat(heard.next()).isEqualTo("legacy heard hello");
            legacy.close();
            assertThat(heard.next()).isNotEqualTo("(end)").startsWith("(");
            assertThat(bridge.writes.outcomes)
                    .extracting(outcome -> outcome.getClass().getSimpleName())
                    .containsExactly("Rejected", "Unknown", "Unknown", "Unknown");
        }
    }

    private String lastOf(Bridge bridge, String message) throws Exception {
        Answers heard = new Answers();
        StreamObserver<String> saying =
                ClientCalls.asyncBidiStreamingCall(sliced(bridge).newCall(TALK, soon()), heard);
        saying.onNext("hello");
        assertThat(heard.next()).isEqualTo("legacy heard hello");
        saying.onNext(message);
        return heard.next();
    }

    /** Replay needs the whole body first: a client that waits for an answer before it ends its call is told so in bounded time. */
    @Test
    void conversationsOnARouteThatIsReplayedAreRefusedInBoundedTime() throws Exception {
        WritesSpec replayed = new WritesSpec(
                WritesSpec.Replicate.REPLAY,
                WritesSpec.Idempotency.HEADER,
                "Idempotency-Key",
                WritesSpec.Ack.ASYNC,
                Duration.ofSeconds(1),
                WritesSpec.OnReject.PARK,
                WritesSpec.OnJournalFull.REFUSE,
                Optional.empty());
        try (Bridge bridge = between(legacy.url(), modern.url())
                .grpc()
                .in(Phase.DUAL_WRITE)
                .ramp(Ramp.NONE)
                .slice(slice -> slice.withWrites(replayed))
                .bounds(Bridge.Builder.bounds(64 * 1024, Duration.ofMillis(300)))
                .open()) {
            Answers sum = new Answers();
            StreamObserver<String> filling =
                    ClientCalls.asyncClientStreamingCall(sliced(bridge).newCall(FILL, soon()), sum);
            filling.onNext("a");
            filling.onNext("b");
            filling.onCompleted();
            assertThat(sum.next()).isEqualTo("legacy ab");
            assertThat(bridge.writes.admitted).hasSize(1).allMatch(WriteRequest::bodyKept);

            Answers heard = new Answers();
            StreamObserver<String> saying =
                    ClientCalls.asyncBidiStreamingCall(sliced(bridge).newCall(TALK, soon()), heard);
            saying.onNext("hello");
            assertThat(heard.next()).startsWith("(").isNotEqualTo("(end)");
            assertThat(bridge.writes.admitted).hasSize(1);
            assertThat(legacy.calls).hasValue(1);
        }
    }

    /** A client that is answered may be silent; one that is waited for may not. */
    @Test
    void silenceInAConversationIsNoSlowBody() throws Exception {
        try (Bridge bridge = between(legacy.url(), modern.url())
                .grpc()
                .in(Phase.DUAL_WRITE)
                .ramp(Ramp.NONE)
                .bounds(Bridge.Builder.bounds(64 * 1024, Duration.ofMillis(300)))
                .open()) {
            Answers heard = new Answers();
            StreamObserver<String> saying =
                    ClientCalls.asyncBidiStreamingCall(sliced(bridge).newCall(TALK, soon()), heard);
            saying.onNext("hello");
            assertThat(heard.next()).isEqualTo("legacy heard hello");
            Answers slow = new Answers();
            ClientCalls.asyncClientStreamingCall(sliced(bridge).newCall(FILL, soon()), slow)
                    .onNext("a");
            assertThat(slow.next()).startsWith("(").isNotEqualTo("(end)");
            saying.onNext("again");
            assertThat(heard.next()).isEqualTo("legacy heard again");
            saying.onCompleted();
            assertThat(heard.next()).isEqualTo("(end)");
        }
    }

    @Test
    void cancelledCallsAreCancelledAtTheService() throws Exception {
        try (Bridge bridge = between(legacy.url(), modern.url()).open()) {
            Channel channel = channel(bridge);
            Answers heard = new Answers();
            var call = channel.newCall(CHAT, soon());
            StreamObserver<String> saying = ClientCalls.asyncBidiStreamingCall(call, heard);
            saying.onNext("hello");
            assertThat(heard.next()).isEqualTo("legacy heard hello");
            call.cancel("enough", null);
            await().until(() -> bridge.meters.get("bailey.in.flight").gauge().value() == 0);
        }
    }
}
