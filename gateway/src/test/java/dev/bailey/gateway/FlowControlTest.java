package dev.bailey.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bailey.gateway.RawHttp2.Frame;
import dev.bailey.model.spec.ReachSpec;
import dev.bailey.model.spec.ReachSpec.HttpVersion;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whoever does not read holds back whoever sends, from one end of the gateway to the other, and with no more between than the windows. */
@ExtendWith(NoLeaks.class)
class FlowControlTest {

    private static final int SIZE = 32 << 20;
    private static final int PIECE = 16 * 1024;

    /** The windows of both hops and a few pieces; where a hop is HTTP/1.1, what kernels hold besides. */
    private static final long WINDOWS = 2 << 20;

    private static final long WINDOWS_AND_KERNEL = SIZE / 2;

    private static Bridge before(URI service) {
        return Bridge.between(service, service)
                .reach(ReachSpec.DEFAULTS.withHttp(HttpVersion.HTTP_2), Path.of(""))
                .bounds(Bridge.Builder.patient())
                .timeout(Duration.ofSeconds(20))
                .open();
    }

    private static void awaitStandstill(AtomicLong sent) {
        AtomicLong before = new AtomicLong();
        await().pollInterval(Duration.ofMillis(200))
                .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
    }

    @Test
    void anHttp2ClientThatDoesNotReadHoldsBackItsHttp2Service() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (Http2Service service = Http2Service.answering(stream -> stream.large(SIZE, sent));
                Bridge bridge = before(service.url());
                RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            client.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, RawHttp2.get("/download"));
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(WINDOWS);
            byte[] more = ByteBuffer.allocate(4).putInt(SIZE).array();
            client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, more).frame(RawHttp2.WINDOW_UPDATE, 0, 1, more);
            long came = 0;
            Frame data;
            do {
                data = requireNonNull(client.await(RawHttp2.DATA), "the connection ended after " + came + " bytes");
                came += data.payload().length;
            } while ((data.flags() & RawHttp2.END_STREAM) == 0);
            assertThat(came).isEqualTo(SIZE);
        }
    }

    @Test
    void anHttp11ClientThatDoesNotReadHoldsBackItsHttp2Service() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (Http2Service service = Http2Service.answering(stream -> stream.large(SIZE, sent));
                Bridge bridge = before(service.url());
                RawClient client = new RawClient(bridge.gateway.address(), 64 * 1024)) {
            client.get("/download");
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(WINDOWS_AND_KERNEL);
            assertThat(client.answer().body()).hasSize(SIZE);
        }
    }

    @Test
    void anHttp2ServiceThatDoesNotReadHoldsBackAnHttp11Uploader() throws Exception {
        AtomicLong sent = new AtomicLong();
        CompletableFuture<Void> reads = new CompletableFuture<>();
        try (Http2Service service = Http2Service.readingOnce(reads, FlowControlTest::sayLength);
                Bridge bridge = before(service.url());
                RawClient client = bridge.client()) {
            Thread uploader = Thread.ofVirtual().start(() -> {
                try {
                    client.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: " + SIZE + "\r\n\r\n");
                    while (sent.get() < SIZE) {
                        client.send(new byte[PIECE]);
                        sent.addAndGet(PIECE);
                    }
                } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
                }
            });
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(WINDOWS_AND_KERNEL);
            reads.complete(null);
            uploader.join();
            assertThat(client.answer().text()).isEqualTo("came " + SIZE);
        }
    }

    private static void sayLength(Http2Service.Stream stream) {
        stream.head(200, false).data("came " + stream.body.length(), true);
    }

    @Test
    void anHttp2ServiceThatDoesNotReadHoldsBackAnHttp2Uploader() throws Exception {
        CompletableFuture<Void> reads = new CompletableFuture<>();
        try (Http2Service service = Http2Service.readingOnce(reads, FlowControlTest::sayLength);
                Bridge bridge = before(service.url());
                RawHttp2 client = new RawHttp2(bridge.gateway.address())) {
            Uploader uploader = new Uploader(client);
            CompletableFuture<Void> uploaded = CompletableFuture.runAsync(uploader::upload, Thread::startVirtualThread);
            awaitStandstill(uploader.sent);
            assertThat(uploader.sent.get()).isLessThan(WINDOWS);
            reads.complete(null);
            uploaded.get(20, TimeUnit.SECONDS);
            Frame answer = requireNonNull(client.await(RawHttp2.DATA));
            assertThat(answer.payload()).asString().isEqualTo("came " + SIZE);
        }
    }

    /** Sends a body as far as its windows go, and then waits for more of them. */
    private static final class Uploader {
        private static final int INITIAL_WINDOW_SIZE = 4;

        final AtomicLong sent = new AtomicLong();
        private final RawHttp2 client;
        private long ofConnection = 65_535;
        private long ofStream = 65_535;
        private int initial = 65_535;

        Uploader(RawHttp2 client) {
            this.client = client;
        }

        void upload() {
            try {
                client.headers(1, false, ":method", "POST", ":scheme", "http", ":authority", "h", ":path", "/upload");
                while (sent.get() < SIZE) {
                    while (Math.min(ofConnection, ofStream) < PIECE) {
                        count(requireNonNull(client.next(), "the connection ended after " + sent + " bytes"));
                    }
                    boolean last = sent.get() + PIECE == SIZE;
                    client.frame(RawHttp2.DATA, last ? RawHttp2.END_STREAM : 0, 1, new byte[PIECE]);
                    ofConnection -= PIECE;
                    ofStream -= PIECE;
                    sent.addAndGet(PIECE);
                }
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }

        private void count(Frame frame) {
            ByteBuffer payload = ByteBuffer.wrap(frame.payload());
            if (frame.type() == RawHttp2.WINDOW_UPDATE && frame.stream() == 0) {
                ofConnection += payload.getInt();
            } else if (frame.type() == RawHttp2.WINDOW_UPDATE) {
                ofStream += payload.getInt();
            } else if (frame.type() == RawHttp2.SETTINGS) {
                while (payload.hasRemaining()) {
                    int setting = payload.getShort();
                    int value = payload.getInt();
                    if (setting == INITIAL_WINDOW_SIZE) {
                        ofStream += value - initial;
                        initial = value;
                    }
                }
            } else {
                assertThat(frame.type())
                        .as("a frame that ends the upload")
                        .isNotIn(RawHttp2.RST_STREAM, RawHttp2.GOAWAY);
            }
        }
    }

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    };

    private static final MethodDescriptor<byte[], byte[]> LIST = MethodDescriptor.<byte[], byte[]>newBuilder(
                    BYTES, BYTES)
            .setType(MethodType.SERVER_STREAMING)
            .setFullMethodName("shop.Orders/List")
            .build();

    /** Lists a body in pieces, as fast as they are taken. */
    private static void list(StreamObserver<byte[]> answer, AtomicLong sent) {
        ServerCallStreamObserver<byte[]> pieces = (ServerCallStreamObserver<byte[]>) answer;
        pieces.setOnReadyHandler(() -> {
            while (pieces.isReady() && sent.get() < SIZE) {
                pieces.onNext(new byte[PIECE]);
                if (sent.addAndGet(PIECE) == SIZE) {
                    pieces.onCompleted();
                }
            }
        });
    }

    @Test
    void aStreamOfGrpcGoesAsItsReaderAsksForMessages() throws Exception {
        AtomicLong sent = new AtomicLong();
        Server service = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(ServerServiceDefinition.builder("shop.Orders")
                        .addMethod(
                                LIST,
                                ServerCalls.asyncServerStreamingCall(
                                        (byte[] _, StreamObserver<byte[]> answer) -> list(answer, sent)))
                        .build())
                .build()
                .start();
        try (Bridge bridge = before(URI.create("http://127.0.0.1:" + service.getPort()))) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            "127.0.0.1", bridge.gateway.address().port())
                    .flowControlWindow(64 * 1024)
                    .usePlaintext()
                    .build();
            try {
                Reader reader = new Reader();
                ClientCall<byte[], byte[]> call =
                        channel.newCall(LIST, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
                call.start(reader, new Metadata());
                call.request(1);
                call.sendMessage(new byte[0]);
                call.halfClose();
                awaitStandstill(sent);
                assertThat(sent.get()).isLessThan(WINDOWS);
                assertThat(reader.messages).hasValue(1);
                call.request(SIZE / PIECE);
                assertThat(reader.ended.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.OK);
                assertThat(reader.messages).hasValue(SIZE / PIECE);
            } finally {
                channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            }
        } finally {
            service.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static final class Reader extends ClientCall.Listener<byte[]> {
        final AtomicInteger messages = new AtomicInteger();
        final CompletableFuture<Status> ended = new CompletableFuture<>();

        @Override
        public void onMessage(byte[] message) {
            assertThat(message).hasSize(PIECE);
            messages.incrementAndGet();
        }

        @Override
        public void onClose(Status status, @Nullable Metadata trailers) {
            ended.complete(status);
        }
    }
}
