package dev.bailey.app.nodes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One node as a process of its own: {@code bailey run}. */
final class NodeProcess implements AutoCloseable {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    final String name;
    final int port;
    private final int adminPort;
    private final Path folder;
    private final int logged;
    private final Process process;

    /** @param logged characters of earlier lives in its log */
    private NodeProcess(String name, int port, int adminPort, Path folder, int logged, Process process) {
        this.name = name;
        this.port = port;
        this.adminPort = adminPort;
        this.folder = folder;
        this.logged = logged;
        this.process = process;
    }

    /**
     * One that has run before starts again where it was: same name, same data.
     *
     * @param file with {@code %PORT%} and {@code %ADMIN%}
     */
    static NodeProcess start(String name, Path folder, String file) throws IOException {
        int port = freePort();
        int admin = freePort();
        Path own = Files.createDirectories(folder.resolve(name));
        Path migration = own.resolve("m.yaml");
        Files.writeString(
                migration, file.replace("%PORT%", Integer.toString(port)).replace("%ADMIN%", Integer.toString(admin)));
        List<String> command = command("run", migration);
        command.addAll(List.of("--data", own.resolve("data").toString(), "--node", name));
        Path log = own.resolve("log");
        int logged = Files.exists(log) ? Files.readString(log).length() : 0;
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new NodeProcess(name, port, admin, own, logged, process);
    }

    private static List<String> command(String command, Path migration) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.bailey.app.Main",
                command,
                migration.toString()));
    }

    /** A command of the CLI with this node's migration file; its exit code. */
    int cli(String command, String... more) throws IOException, InterruptedException {
        List<String> whole = command(command, folder.resolve("m.yaml"));
        whole.addAll(List.of(more));
        return new ProcessBuilder(whole).inheritIO().start().waitFor();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Of this life. */
    String log() {
        try {
            return Files.readString(folder.resolve("log")).substring(logged);
        } catch (IOException gone) {
            return "(no log: " + gone.getMessage() + ")";
        }
    }

    boolean isActive() {
        return log().contains("active node " + name);
    }

    boolean carries() {
        return log().contains("node " + name + " carries traffic beside others");
    }

    boolean leads() {
        return log().contains("node " + name + " leads");
    }

    boolean standsBy() {
        return log().contains("standing by");
    }

    /** What it keeps for itself. */
    Path data() {
        return folder.resolve("data");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() throws InterruptedException {
        return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void terminate() {
        process.destroy();
    }

    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String which) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", which, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill " + which + " ended with " + code);
        }
    }

    /** The status of a request of a client; 0 where nobody answers. */
    int client(String method, String path, String body) throws InterruptedException {
        try {
            return answer(method, path, body).statusCode();
        } catch (IOException nobody) {
            return 0;
        }
    }

    /** What a client is answered. */
    HttpResponse<String> answer(String method, String path, String body) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(3))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** What is refused is an exception that says so. */
    String api(String method, String path, String body) throws IOException, InterruptedException {
        return api(method, path, "application/json", body);
    }

    /** Its own migration file, with a word of it changed. */
    String apply(String word, String by) throws IOException, InterruptedException {
        String changed = Files.readString(folder.resolve("m.yaml")).replace(word, by);
        return api("POST", "/apply?reason=test", "application/yaml", changed);
    }

    private String api(String method, String path, String type, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/api/v1" + path))
                        .timeout(Duration.ofSeconds(60))
                        .header(
                                "Authorization",
                                "Bearer "
                                        + Files.readString(folder.resolve("data/token"))
                                                .strip())
                        .header("Content-Type", type)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
