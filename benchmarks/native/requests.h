/* What the generator is told, and the requests it sends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PREPARED = 4096, BODY = 200, WRITE_ROOM = 1024 };

static struct {
    int port, connections, slices, routes, large, each_second, drop_late, hold;
    double lead, seconds, rate;
    const char *put, *acknowledged;
} option = {.connections = 64, .slices = 50, .routes = 20, .seconds = 5};

static struct { char *bytes; int size; } prepared[PREPARED];

static void read_options(int count, char **arguments) {
    for (int i = 1; i + 1 < count; i += 2) {
        char *name = arguments[i], *value = arguments[i + 1];
        if (!strcmp(name, "--port")) option.port = atoi(value);
        else if (!strcmp(name, "--connections")) option.connections = atoi(value);
        else if (!strcmp(name, "--seconds")) option.seconds = atof(value);
        else if (!strcmp(name, "--lead")) option.lead = atof(value);
        else if (!strcmp(name, "--rate")) option.rate = atof(value);
        else if (!strcmp(name, "--body")) option.large = !strcmp(value, "large");
        else if (!strcmp(name, "--slices")) option.slices = atoi(value);
        else if (!strcmp(name, "--routes")) option.routes = atoi(value);
        else if (!strcmp(name, "--each-second")) option.each_second = atoi(value);
        else if (!strcmp(name, "--drop-late")) option.drop_late = atoi(value);
        else if (!strcmp(name, "--hold")) option.hold = atoi(value);
        else if (!strcmp(name, "--put")) option.put = value;
        else if (!strcmp(name, "--acknowledged")) option.acknowledged = value;
        else {
            fprintf(stderr, "load: unknown option %s\n", name);
            exit(2);
        }
    }
}

/* Requests over all routes of all slices: even routes end in the entity, odd ones have it in the middle. */
static void prepare(void) {
    unsigned random = 12345;
    for (int i = 0; i < PREPARED; i++) {
        char path[200];
        random = random * 1664525u + 1013904223u;
        int slice = (random >> 8) % option.slices, route = (random >> 16) % option.routes, key = (random >> 4) % 100000;
        char kind = option.large ? 'b' : 'k';
        if (route % 2 == 0) {
            snprintf(path, sizeof path, "/api/service-%02d/resource-%02d/%c-%05d", slice, route, kind, key);
        } else {
            snprintf(path, sizeof path, "/api/service-%02d/items/%c-%05d/part-%02d", slice, kind, key, route);
        }
        prepared[i].bytes = malloc(512);
        prepared[i].size = snprintf(prepared[i].bytes, 512,
            "GET %s HTTP/1.1\r\nHost: shop.example:%d\r\nUser-Agent: bailey-bench\r\nAccept: application/json\r\n"
            "Cookie: session=%08x\r\n\r\n", path, option.port, random);
    }
}

/* A write of an entity of its own, 200 bytes that begin with its id; into room for WRITE_ROOM bytes. */
static int put_request(char *into, long long number) {
    const char *id = strrchr(option.put, '/') + 1;
    int head = snprintf(into, WRITE_ROOM - BODY,
        "PUT %s%lld HTTP/1.1\r\nHost: shop.example:%d\r\nUser-Agent: bailey-bench\r\nAccept: application/json\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n", option.put, number, option.port, BODY);
    char *body = into + head;
    memset(body, 'a', BODY);
    body[snprintf(body, BODY, "{\"id\":\"%s%lld\",\"text\":\"", id, number)] = 'a';
    memcpy(body + BODY - 2, "\"}", 2);
    return head + BODY;
}
