/* One connection after the other: asks, reads the answer, counts it, and goes on. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "histogram.h"
#include "requests.h"

enum { READ_SIZE = 65536, EVENTS = 512 };
enum state { CONNECTING, IDLE, WAITING };

struct connection {
    int fd;
    enum state state;
    long long due;            /* when the request under way was due, in nanoseconds */
    long long backlog;        /* requests that are due and not yet sent */
    long long oldest;         /* number of the first of them */
    long long write;          /* number of the write under way */
    long long body_left;      /* -1 while the head is being read */
    int status, close_after, retry_after, used;
    char head[2048];
};

static struct connection *connections;
static struct histogram all, second;
static long long counted_from;
static long long ok, shed, status_4xx, status_5xx, broken, refused, dropped_late, reconnects, wrong_length, marked_modern;
static long long start, end, period, ticks;
static int poller, next_request, second_errors;
static FILE *acknowledged;

static long long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void count_error(long long *counter) {
    (*counter)++;
    second_errors++;
}

static void open_connection(struct connection *c) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(option.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        perror("load: socket");
        exit(1);
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->state = CONNECTING;
    c->used = 0;
    connect(c->fd, (struct sockaddr *)&at, sizeof at);
    struct epoll_event e = {.events = EPOLLOUT, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e);
}

static void reopen(struct connection *c) {
    close(c->fd);
    reconnects++;
    open_connection(c);
}

static void ask(struct connection *c, long long due) {
    static char write[WRITE_ROOM];
    int i = next_request++ & (PREPARED - 1);
    const char *bytes = option.put ? write : prepared[i].bytes;
    int size = option.put ? put_request(write, c->write = next_request) : prepared[i].size;
    c->due = due;
    c->state = WAITING;
    c->body_left = -1;
    c->used = 0;
    if (send(c->fd, bytes, size, MSG_NOSIGNAL) != size) {
        count_error(&broken);
        reopen(c);
    }
}

/* The connection is free: sends what is due on it, if anything is. */
static void go_on(struct connection *c) {
    c->state = IDLE;
    if (option.hold) {
        return;
    }
    if (option.rate == 0) {
        long long now = now_ns();
        if (now < end) {
            ask(c, now);
        }
    } else if (c->backlog > 0) {
        long long due = start + c->oldest * period;
        c->backlog--;
        c->oldest += option.connections;
        ask(c, due);
    }
}

static void finished(struct connection *c, long long now) {
    long long latency = now - c->due;
    if (c->status == 200) {
        ok++;
        if (c->due >= counted_from) {
            record(&all, latency);
        }
        if (acknowledged) {
            fprintf(acknowledged, "%lld\n", c->write);
        }
        if (option.each_second) {
            record(&second, latency);
        }
    } else if (c->status == 503 && c->retry_after) {
        shed++;
    } else {
        count_error(c->status >= 500 ? &status_5xx : &status_4xx);
    }
    if (c->close_after) {
        reopen(c);
    } else {
        go_on(c);
    }
}

/* Reads the head's facts once it is complete; returns the bytes of the body that came with it, or -1. */
static long long read_head(struct connection *c) {
    c->head[c->used] = 0;
    char *stop = strstr(c->head, "\r\n\r\n");
    if (!stop) {
        return -1;
    }
    stop[2] = 0;
    c->status = atoi(c->head + 9);
    char *length = strcasestr(c->head, "\r\ncontent-length:");
    c->close_after = strcasestr(c->head, "\r\nconnection: close") != NULL;
    c->retry_after = c->status == 503 && strcasestr(c->head, "\r\nretry-after:") != NULL;
    marked_modern += strstr(c->head, "Side: modern") != NULL;
    c->body_left = length ? atoll(length + 17) : 0;
    if (c->status == 200 && c->body_left != (option.large ? 10240 : 200)) {
        count_error(&wrong_length);
    }
    return c->used - (stop + 4 - c->head);
}

static void readable(struct connection *c, long long now) {
    static char bytes[READ_SIZE];
    ssize_t got = recv(c->fd, bytes, READ_SIZE, 0);
    if (got <= 0) {
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (c->state == WAITING) {
            count_error(&broken);
        }
        reopen(c);
        return;
    }
    if (c->state != WAITING) {
        count_error(&broken); /* bytes that nobody asked for */
        return;
    }
    if (c->body_left < 0) {
        size_t room = sizeof c->head - 1 - c->used, take = (size_t)got < room ? (size_t)got : room;
        long long before = c->used;
        memcpy(c->head + c->used, bytes, take);
        c->used += take;
        long long body = read_head(c);
        if (body < 0) {
            if (c->used == sizeof c->head - 1) {
                count_error(&broken);
                reopen(c);
            }
            return;
        }
        c->body_left -= got - (c->used - before) + body;
    } else {
        c->body_left -= got;
    }
    if (c->body_left == 0) {
        finished(c, now);
    } else if (c->body_left < 0) {
        count_error(&wrong_length);
        reopen(c);
    }
}

static void connected(struct connection *c) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        count_error(&refused);
        usleep(1000);
        reopen(c);
        return;
    }
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
    if (option.hold) {
        ask(c, now_ns());
    } else {
        go_on(c);
    }
}
