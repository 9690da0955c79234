/* The load generator: one thread, epoll, HTTP/1.1 keep-alive over a fixed number of connections.
 *
 *   load --port P [--connections N] [--seconds S] [--lead S] [--rate R] [--body small|large]
 *        [--slices N] [--routes N] [--each-second 1] [--drop-late 1] [--hold 1] [--put /SLICE/PREFIX [--acknowledged FILE]]
 *
 * Without a rate each connection asks again as soon as it is answered (closed loop): good for CPU time, not for percentiles.
 * With a rate request i is due at start + i / rate on connection i modulo N, whatever the answers do; its latency counts from
 * the moment it was due, so a stall is charged to every request it held up (no coordinated omission). Requests due within
 * the lead before the seconds are made and counted, but not among the latencies. With --drop-late a request that is due while
 * its connection waits is counted and left out, as a client that gives up. With --hold each connection asks once, then stays
 * open until standard input ends. With --put every request writes 200 bytes to a path of its own, the prefix and a number; the
 * numbers of those answered 200 go to a file, one a line.
 *
 * Prints one "name value" a line; latencies in microseconds. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "exchange.h"

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
    counted_from = start + (long long)(option.lead * 1e9);
    end = counted_from + (long long)(option.seconds * 1e9);
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
    long long counted = ok, due = option.rate > 0 ? (end - start + period - 1) / period : 0;
    dropped_late += due > ticks ? due - ticks : 0;
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
    printf("counted %lld\n", all.count);
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
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* never outlives the harness */
    prepare();
    if (option.acknowledged && !(acknowledged = fopen(option.acknowledged, "w"))) {
        perror("load: --acknowledged");
        return 1;
    }
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
    if (acknowledged && fclose(acknowledged) != 0) {
        perror("load: --acknowledged");
        return 1;
    }
    return 0;
}
