package dev.bailey.app.cli;

import dev.bailey.control.api.ApiJson;
import dev.bailey.control.api.StatusView.Node;
import dev.bailey.control.api.StatusView.Presence;
import dev.bailey.model.write.Partition;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** The nodes that carry traffic at the same time, a row for each. */
public final class NodesTable {

    private NodesTable() {}

    /** Without colours. */
    public static void print(List<Node> nodes, PrintWriter out) {
        show(nodes, new Text(out, Ansi.OFF));
        out.flush();
    }

    static void show(List<Node> nodes, Text text) {
        text.table(
                "no node carries traffic",
                List.of("NODE", "STATE", "SINCE", "LEASE", "DELIVERS", "CLIENTS", "ADMIN", "EPOCHS", "BEHIND"),
                nodes.stream().map(NodesTable::row).toList());
    }

    private static List<String> row(Node node) {
        String epochs = new TreeMap<>(node.epochs())
                .entrySet().stream()
                        .map(slice -> slice.getKey() + " " + slice.getValue())
                        .collect(Collectors.joining(", "));
        return List.of(
                node.name(),
                ApiJson.label(node.presence()) + (node.leads() ? ", leads" : ""),
                node.since().toString(),
                node.presence() == Presence.ALIVE ? node.leaseMs() + " ms" : "-",
                node.partitions() == 0 ? "-" : node.partitions() + " of " + Partition.ALL.size(),
                node.clients(),
                node.admin(),
                epochs,
                String.join(", ", node.behind()));
    }
}
