package dev.bailey.app.demo;

/** The demonstration did not go as it must; the message says where and what was seen. */
final class DemoFailure extends RuntimeException {

    DemoFailure(String message) {
        super(message);
    }
}
