package dev.bailey.benchmarks.peer;

import dev.bailey.benchmarks.machine.BenchFailure;
import dev.bailey.benchmarks.machine.Child;
import dev.bailey.benchmarks.machine.Command;
import dev.bailey.benchmarks.machine.NativeTools;
import dev.bailey.benchmarks.machine.Ports;
import dev.bailey.benchmarks.machine.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts the proxies that Bailey is held against, each with one thread on the proxies' core. */
public final class Peers {

    private static final Duration START = Duration.ofSeconds(60);

    /** Idle upstream connections nginx keeps; not fewer than there are clients, else it closes and opens them all the time. */
    private static final int KEEPALIVE = 256;

    private final Workspace workspace;
    private final int upstream;

    public Peers(Workspace workspace, Origin origin) {
        this.workspace = workspace;
        this.upstream = origin.legacyPort();
    }

    public Proxy nginx() throws InterruptedException {
        int port = Ports.free();
        Path file = workspace.configure(
                "nginx.conf",
                Map.of(
                        "folder", workspace.folder().toString(),
                        "port", Integer.toString(port),
                        "upstream", Integer.toString(upstream),
                        "keepalive", Integer.toString(KEEPALIVE)));
        return started(
                "nginx", port, false, List.of("nginx", "-p", workspace.folder().toString(), "-c", file.toString()));
    }

    public Proxy haproxy() throws InterruptedException {
        int port = Ports.free();
        Path file = workspace.configure(
                "haproxy.cfg", Map.of("port", Integer.toString(port), "upstream", Integer.toString(upstream)));
        return started("haproxy", port, false, List.of("haproxy", "-db", "-q", "-f", file.toString()));
    }

    /** Copies bytes and knows no HTTP: what no proxy can be cheaper than. */
    public Proxy relay() throws InterruptedException {
        int port = Ports.free();
        String program = new NativeTools(workspace).path("relay");
        return started("relay", port, false, List.of(program, Integer.toString(port), Integer.toString(upstream)));
    }

    /** Spring Cloud Gateway on WebFlux; built with Maven when it is not there yet. */
    public Proxy springCloudGateway() throws InterruptedException {
        int port = Ports.free();
        return started(
                "scg",
                port,
                true,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xms256m",
                        "-Xmx256m",
                        "-Dreactor.netty.ioWorkerCount=1",
                        "-jar",
                        springJar().toString(),
                        "--server.port=" + port,
                        "--upstream.port=" + upstream));
    }

    private Path springJar() {
        Path project = workspace.benchmarks().resolve("peers/scg");
        Path jar = project.resolve("target/scg-peer.jar");
        if (!Files.exists(jar)) {
            String output = Command.output(
                    List.of("mvn", "-B", "-q", "-f", project.resolve("pom.xml").toString(), "package"));
            if (!Files.exists(jar)) {
                throw new BenchFailure("Spring Cloud Gateway cannot be built (leave it out with --only):\n" + output);
            }
        }
        return jar;
    }

    private Proxy started(String name, int port, boolean warms, List<String> command) throws InterruptedException {
        Child process = workspace.proxy(name, Map.of(), command);
        Proxy proxy = new Proxy(name, port, process, warms);
        Ports.awaitListening(port, process, START);
        return proxy;
    }
}
