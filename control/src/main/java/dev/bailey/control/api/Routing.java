package dev.bailey.control.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/** Adds the API's routes under its base path, each with who may call it. */
record Routing(RoutesConfig routes) {

    static final String BASE = "/api/v1";

    void get(String path, Access access, Handler handler) {
        routes.addHttpHandler(HandlerType.GET, BASE + path, handler, access);
    }

    void post(String path, Access access, Handler handler) {
        routes.addHttpHandler(HandlerType.POST, BASE + path, handler, access);
    }

    void delete(String path, Access access, Handler handler) {
        routes.addHttpHandler(HandlerType.DELETE, BASE + path, handler, access);
    }
}
