package dev.bailey.app.demo;

import com.sun.net.httpserver.HttpServer;
import dev.bailey.app.cli.ClientCommands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs commands that look, against a server that repeats what a real one answered during {@link TrainingRun}. */
final class TrainingClient {

    private TrainingClient() {}

    static void of(Path file, Path work, Path answers) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] answer = Files.readAllBytes(answers.resolve(path.substring(path.lastIndexOf('/') + 1)));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            for (List<String> asked : List.of(
                    List.of("status"),
                    List.of("status", "--output", "json"),
                    List.of("gates", DemoPilot.SLICE),
                    List.of("history", DemoPilot.SLICE),
                    List.of("explain", "GET", "/api/orders/5"),
                    List.of("jobs"),
                    List.of("journal"))) {
                String[] arguments = new String[asked.size() + 4];
                asked.toArray(arguments);
                arguments[asked.size()] = "--url";
                arguments[asked.size() + 1] = url;
                arguments[asked.size() + 2] = "--data";
                arguments[asked.size() + 3] = work.resolve("data").toString();
                run(arguments);
            }
            run("validate", file.toString());
        } finally {
            server.stop(0);
        }
    }

    private static void run(String... arguments) {
        CommandLine line = new CommandLine(CommandSpec.create().name("bailey"));
        line.setOut(new PrintWriter(Writer.nullWriter()));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        ClientCommands.byName().forEach((name, command) -> {
            if (name.equals(arguments[0])) {
                line.addSubcommand(command.get());
            }
        });
        int code = line.execute(arguments);
        if (code != 0) {
            throw new DemoFailure("`bailey " + String.join(" ", arguments) + "` ended with " + code);
        }
    }
}
