package dev.bailey.peer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A gateway with one catch-all route, as a user would start it; its address comes from the command line. */
@SpringBootApplication
public class ScgPeer {
    public static void main(String[] arguments) {
        SpringApplication.run(ScgPeer.class, arguments);
    }
}
