/* The load generator: one thread, epoll, HTTP/1.1 keep-alive over a fixed number of connections.
 *
 *   load --port P [--connections N] [--seconds S] [--rate R] [--body small|large] [--slices N] [--routes N]
 *        [--each-second 1] [--drop-late 1] [--hold 1]
 *
 * Without a rate each connection asks again as soon as it is answered (closed loop): good for CPU time, not for percentiles.
 * With a rate request i is due at start + i / rate on connection i modulo N, whatever the answers do; its latency counts from
 * the moment it was due, so a stall is charged to every request it held up (no coordinated omission). With --drop-late a
 * request that is due while its connection waits is counted and left out, as a client that gives up. With --hold each
 * connection asks once, then stays open until standard input ends.
 *
 * Prints one "name value" a line; latencies in microseconds. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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
    long long body_left;      /* -1 while the head is being read */
    int status, close_after, retry_after, used;
    char head[2048];
};

static struct connection *connections;
static struct histogram all, second;
static long long ok, shed, status_4xx, status_5xx, broken, refused, dropped_late, reconnects, wrong_length, marked_modern;
static long long start, end, period, ticks;
static int poller, next_request, second_errors;

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
    int i = next_request++ & (PREPARED - 1);
    c->due = due;
    c->state = WAITING;
    c->body_left = -1;
    c->used = 0;
    if (send(c->fd, prepared[i].bytes, prepared[i].size, MSG_NOSIGNAL) != prepared[i].size) {
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
        record(&all, latency);
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

/* Hands every request that is due to its connection; returns when the next one is. */
static long long send_due(long long now) {
    long long last = now < end ? now : end - 1;
    while (start + ticks * period <= last) {
        struct connection *c = &connections[ticks % option.connections];
        if (c->state == IDLE && c->backlog == 0) {
            ask(c, start + ticks * period);
        } else if (option.drop_late) {
            dropped_late++;
        } else {
            if (c->backlog++ == 0) {
                c->oldest = ticks;
            }
        }
        ticks++;
    }
    return start + ticks * period;
}

static void print_second(int number) {
    printf("second %d ok %lld p50 %.1f p99 %.1f max %.1f errors %d shed %lld\n", number, second.count,
        quantile(&second, 0.5), quantile(&second, 0.99), quantile(&second, 1), second_errors, shed);
    fflush(stdout);
    memset(&second, 0, sizeof second);
    second_errors = 0;
}

static void turn(long long until) {
    struct epoll_event events[EVENTS];
    long long now = now_ns(), wait = until > now ? until - now : 0;
    struct timespec timeout = {wait / 1000000000LL, wait % 1000000000LL};
    int ready = epoll_pwait2(poller, events, EVENTS, &timeout, NULL);
    now = now_ns();
    for (int i = 0; i < ready; i++) {
        struct connection *c = events[i].data.ptr;
        if (c->state == CONNECTING) {
            connected(c);
        } else {
            readable(c, now);
        }
    }
}

static int count_in(enum state state) {
    int count = 0;
    for (int i = 0; i < option.connections; i++) {
        count += connections[i].state == state;
    }
    return count;
}

static void hold(void) {
    long long limit = now_ns() + 60 * 1000000000LL;
    while (count_in(IDLE) < option.connections && now_ns() < limit) {
        turn(now_ns() + 100000000LL);
    }
    printf("held %d\nok %lld\n", count_in(IDLE), ok);
    fflush(stdout);
    char ignored;
    while (read(0, &ignored, 1) > 0) {
    }
    int alive = 0;
    for (int i = 0; i < option.connections; i++) {
        alive += recv(connections[i].fd, &ignored, 1, MSG_PEEK) < 0 && errno == EAGAIN;
    }
    printf("alive %d\n", alive);
}

static void run(void) {
    long long warm_until = now_ns() + 2000000000LL;
    if (option.rate > 0) { /* connect first, so that the schedule does not begin with a heap of late requests */
        start = end = 0;
        while (count_in(CONNECTING) > 0 && now_ns() < warm_until) {
            turn(now_ns() + 10000000LL);
        }
    }
    start = now_ns();
    end = start + (long long)(option.seconds * 1e9);
    period = option.rate > 0 ? (long long)(1e9 / option.rate) : 0;
    int seconds_shown = 0;
    for (long long now = start; now < end; now = now_ns()) {
        long long until = option.rate > 0 ? send_due(now) : end;
        long long boundary = start + (seconds_shown + 1) * 1000000000LL;
        if (option.each_second && now >= boundary) {
            print_second(++seconds_shown);
        }
        if (option.each_second && boundary < until) {
            until = boundary;
        }
        turn(until < end ? until : end);
    }
    double lasted = (now_ns() - start) / 1e9;
    long long counted = ok;
    for (int i = 0; i < option.connections; i++) {
        dropped_late += connections[i].backlog;
        connections[i].backlog = 0;
    }
    long long limit = now_ns() + 2000000000LL;
    while (count_in(WAITING) > 0 && now_ns() < limit) {
        turn(now_ns() + 50000000LL);
    }
    printf("seconds %.3f\nok %lld\nrate %.1f\nshed %lld\nstatus4xx %lld\nstatus5xx %lld\nbroken %lld\nrefused %lld\n"
        "unanswered %d\nlate %lld\nreconnects %lld\nwrongLength %lld\nmodern %lld\n",
        lasted, ok, counted / lasted, shed, status_4xx, status_5xx, broken, refused, count_in(WAITING), dropped_late,
        reconnects, wrong_length, marked_modern);
    printf("p50 %.1f\np90 %.1f\np99 %.1f\np999 %.1f\nmax %.1f\n", quantile(&all, 0.5), quantile(&all, 0.9),
        quantile(&all, 0.99), quantile(&all, 0.999), quantile(&all, 1));
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    prctl(PR_SET_TIMERSLACK, 1UL);
    prepare();
    poller = epoll_create1(EPOLL_CLOEXEC);
    connections = calloc(option.connections, sizeof *connections);
    for (int i = 0; i < option.connections; i++) {
        open_connection(&connections[i]);
        if (option.hold && i % 100 == 99) {
            turn(now_ns() + 1000000LL);
        }
    }
    if (option.hold) {
        hold();
    } else {
        run();
    }
    return 0;
}
