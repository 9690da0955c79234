/* The service behind every proxy of the benchmarks: one thread, epoll, HTTP/1.1 keep-alive, no pipelining.
 *
 *   origin PORT [PORT…]
 *
 * Answers by the request's path: one that contains "/b-" gets 10 KiB of JSON, "/bytes-N" a stream of N bytes, "/slow?ms=N" an
 * answer after N milliseconds, anything else 200 bytes of JSON. Request bodies (with a Content-Length) are read and dropped
 * before the answer; where the path contains "/slowly-", at 40 MB/s at most, and everyone else waits meanwhile. SIGUSR1 turns
 * hanging on and off: a hanging origin reads requests and answers none. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_LIMIT = 16384, CHUNK = 65536, EVENTS = 512 };

struct connection {
    int fd;
    int used;                  /* bytes of the head read so far */
    long long to_drop;         /* bytes of the request body still to come */
    long long to_stream;       /* bytes of a streamed answer still to be sent */
    const char *rest;          /* what is left of a prepared answer that did not fit into the socket */
    size_t rest_size;
    int closing;
    int slowly;                /* whether the body is read at 40 MB/s */
    long long due;             /* moment of a slow answer, in milliseconds; 0 when none is under way */
    struct connection *next_slow;
    char head[HEAD_LIMIT + 1];
};

struct answer {
    char *bytes;
    size_t size;
};

static int poller;
static struct answer small, large;
static struct connection *slow;
static char filler[CHUNK];
static volatile sig_atomic_t hanging;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void toggle(int signal_number) {
    (void)signal_number;
    hanging = !hanging;
}

static long long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static struct answer prepare(int body_size) {
    struct answer made;
    char *bytes = malloc(body_size + 512);
    int head = sprintf(bytes,
        "HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
        "Content-Length: %d\r\n\r\n", body_size);
    char *body = bytes + head;
    int start = sprintf(body, "{\"id\":\"k-1\",\"text\":\"");
    memset(body + start, 'a', body_size - start - 2);
    memcpy(body + body_size - 2, "\"}", 2);
    made.bytes = bytes;
    made.size = head + body_size;
    return made;
}

static void watch(struct connection *c, unsigned events) {
    struct epoll_event e = {.events = events, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
}

static void forget_slow(struct connection *c) {
    for (struct connection **at = &slow; *at; at = &(*at)->next_slow) {
        if (*at == c) {
            *at = c->next_slow;
            break;
        }
    }
}

static void drop_connection(struct connection *c) {
    forget_slow(c);
    close(c->fd);
    free(c);
}

/* Sends what is left of the answer; 0 when the connection is gone. */
static int flush_answer(struct connection *c) {
    while (c->rest_size > 0 || c->to_stream > 0) {
        const char *from = c->rest_size > 0 ? c->rest : filler;
        size_t size = c->rest_size > 0 ? c->rest_size : (size_t)(c->to_stream < CHUNK ? c->to_stream : CHUNK);
        ssize_t sent = send(c->fd, from, size, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
            watch(c, EPOLLIN | EPOLLOUT);
            return 1;
        }
        if (sent < 0) {
            drop_connection(c);
            return 0;
        }
        if (c->rest_size > 0) {
            c->rest += sent;
            c->rest_size -= sent;
        } else {
            c->to_stream -= sent;
        }
    }
    if (c->closing) {
        drop_connection(c);
        return 0;
    }
    return 1;
}

static int answer_with(struct connection *c, const char *bytes, size_t size) {
    ssize_t sent = send(c->fd, bytes, size, MSG_NOSIGNAL);
    if (sent == (ssize_t)size && !c->closing && c->to_stream == 0) {
        return 1;
    }
    c->rest = bytes + (sent < 0 ? 0 : sent);
    c->rest_size = size - (sent < 0 ? 0 : sent);
    return flush_answer(c);
}

static int stream(struct connection *c, long long size) {
    char head[200];
    int length = snprintf(head, sizeof head,
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %lld\r\n\r\n", size);
    if (send(c->fd, head, length, MSG_NOSIGNAL) != length) {
        drop_connection(c);
        return 0;
    }
    c->to_stream = size;
    return flush_answer(c);
}

static int answer(struct connection *c) {
    if (hanging) {
        return 1;
    }
    char *line_end = memchr(c->head, '\r', HEAD_LIMIT);
    size_t line = line_end ? (size_t)(line_end - c->head) : 0;
    char *found;
    if ((found = memmem(c->head, line, "/bytes-", 7)) != NULL) {
        return stream(c, atoll(found + 7));
    }
    if ((found = memmem(c->head, line, "/slow?ms=", 9)) != NULL) {
        c->due = now_ms() + atoll(found + 9);
        c->next_slow = slow;
        slow = c;
        return 1;
    }
    struct answer *chosen = memmem(c->head, line, "/b-", 3) ? &large : &small;
    return answer_with(c, chosen->bytes, chosen->size);
}

/* Takes the next request if its head is complete; 0 when the connection is gone. */
static int take_request(struct connection *c) {
    c->head[c->used] = 0;
    char *end = strstr(c->head, "\r\n\r\n");
    if (!end) {
        if (c->used == HEAD_LIMIT) {
            drop_connection(c);
            return 0;
        }
        return 1;
    }
    int head_size = (int)(end + 4 - c->head);
    end[2] = 0;
    c->closing = strcasestr(c->head, "\r\nconnection: close") != NULL;
    if (memcmp(c->head, "GET ", 4) != 0) {
        char *length = strcasestr(c->head, "\r\ncontent-length:");
        c->to_drop = length ? atoll(length + 17) : 0;
        c->slowly = strstr(c->head, "/slowly-") != NULL;
        if (!length && strcasestr(c->head, "\r\ntransfer-encoding:")) {
            static const char refused[] = "HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            c->closing = 1;
            return answer_with(c, refused, sizeof refused - 1);
        }
    }
    long long more = c->used - head_size;
    c->to_drop -= more < c->to_drop ? more : c->to_drop;
    c->used = 0;
    return c->to_drop > 0 ? 1 : answer(c);
}

static void readable(struct connection *c) {
    static char dropped[CHUNK];
    ssize_t got;
    if (c->to_drop > 0) {
        got = recv(c->fd, dropped, c->to_drop < CHUNK ? c->to_drop : CHUNK, 0);
        if (got > 0) {
            c->to_drop -= got;
            if (c->slowly) {
                usleep(got / 40);
            }
            if (c->to_drop == 0) {
                answer(c);
            }
            return;
        }
    } else {
        got = recv(c->fd, c->head + c->used, HEAD_LIMIT - c->used, 0);
        if (got > 0) {
            c->used += got;
            take_request(c);
            return;
        }
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        drop_connection(c);
    }
}

static void accept_all(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *c = malloc(sizeof *c);
        memset(c, 0, offsetof(struct connection, head));
        c->fd = fd;
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
    }
}

static int answer_slow(void) {
    long long now = now_ms();
    int wait = -1;
    for (struct connection *c = slow, *next; c; c = next) {
        next = c->next_slow;
        if (c->due <= now) {
            forget_slow(c);
            c->due = 0;
            answer_with(c, small.bytes, small.size);
        } else if (wait < 0 || c->due - now < wait) {
            wait = (int)(c->due - now);
        }
    }
    return wait;
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 4096) != 0) {
        fail("origin: listen");
    }
    return fd;
}

int main(int count, char **arguments) {
    static int listeners[65536];
    if (count < 2) {
        fprintf(stderr, "usage: origin PORT [PORT…]\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* never outlives the harness */
    struct sigaction on_toggle = {.sa_handler = toggle};
    sigaction(SIGUSR1, &on_toggle, NULL);
    small = prepare(200);
    large = prepare(10240);
    poller = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 1; i < count; i++) {
        int fd = listen_on(atoi(arguments[i]));
        listeners[fd] = 1;
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = &listeners[fd]};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
    }
    struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(poller, events, EVENTS, slow ? answer_slow() : -1);
        for (int i = 0; i < ready; i++) {
            int *listener = events[i].data.ptr;
            if (listener >= listeners && listener < listeners + 65536) {
                accept_all((int)(listener - listeners));
                continue;
            }
            struct connection *c = events[i].data.ptr;
            if (c->rest_size > 0 || c->to_stream > 0) {
                if (flush_answer(c) && c->rest_size == 0 && c->to_stream == 0) {
                    watch(c, EPOLLIN);
                }
            } else {
                readable(c);
            }
        }
    }
}
