/* The floor: copies bytes between each client connection and an upstream connection of its own. No HTTP at all.
 *
 *   relay LISTEN_PORT UPSTREAM_PORT
 *
 * One thread, epoll. What a peer does not take at once is kept (at most one read's worth), and the other side is not read until
 * it is gone. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 65536, EVENTS = 512, MAX_DEAD = 2 * EVENTS };

struct end {
    int fd;
    int closed;
    struct end *other;
    char *kept; /* bytes this end has not taken yet */
    size_t kept_size;
};

static int poller;
static struct end *dead[MAX_DEAD];
static int dead_count;

static void add(struct end *e) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = e};
    epoll_ctl(poller, EPOLL_CTL_ADD, e->fd, &event);
}

/* An end is read while its peer has taken everything, and written while something is kept for it. */
static void watch(struct end *e) {
    unsigned events = (e->other->kept_size == 0 ? EPOLLIN : 0) | (e->kept_size > 0 ? EPOLLOUT : 0);
    struct epoll_event event = {.events = events, .data.ptr = e};
    epoll_ctl(poller, EPOLL_CTL_MOD, e->fd, &event);
}

/* Closes both ends; their memory is freed after the turn, as later events of the turn may name them. */
static void end_pair(struct end *e) {
    struct end *pair[2] = {e, e->other};
    for (int i = 0; i < 2; i++) {
        if (!pair[i]->closed) {
            pair[i]->closed = 1;
            close(pair[i]->fd);
            dead[dead_count++] = pair[i];
        }
    }
}

static void move(struct end *from) {
    static char chunk[CHUNK];
    struct end *to = from->other;
    ssize_t got = recv(from->fd, chunk, CHUNK, 0);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            end_pair(from);
        }
        return;
    }
    ssize_t sent = send(to->fd, chunk, got, MSG_NOSIGNAL);
    if (sent == got) {
        return;
    }
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        end_pair(from);
        return;
    }
    size_t gone = sent < 0 ? 0 : (size_t)sent;
    to->kept_size = got - gone;
    to->kept = malloc(to->kept_size);
    memcpy(to->kept, chunk + gone, to->kept_size);
    watch(from);
    watch(to);
}

static void flush_kept(struct end *to) {
    ssize_t sent = send(to->fd, to->kept, to->kept_size, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            end_pair(to);
        }
        return;
    }
    to->kept_size -= sent;
    if (to->kept_size > 0) {
        memmove(to->kept, to->kept + sent, to->kept_size);
        return;
    }
    free(to->kept);
    to->kept = NULL;
    watch(to);
    watch(to->other);
}

static void accept_all(int listener, struct sockaddr_in *upstream) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int up = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(up, (struct sockaddr *)upstream, sizeof *upstream) != 0) {
            close(up);
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        setsockopt(up, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct end *client = calloc(1, sizeof *client), *server = calloc(1, sizeof *server);
        client->fd = fd;
        client->other = server;
        server->fd = up;
        server->other = client;
        add(client);
        add(server);
    }
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: relay LISTEN_PORT UPSTREAM_PORT\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* never outlives the harness */
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, upstream = at;
    at.sin_port = htons(atoi(arguments[1]));
    upstream.sin_port = htons(atoi(arguments[2]));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 4096) != 0) {
        perror("relay: listen");
        return 1;
    }
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[EVENTS];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct end *e = events[i].data.ptr;
            if (!e) {
                accept_all(listener, &upstream);
            } else if (!e->closed) {
                if (events[i].events & EPOLLOUT && e->kept_size > 0) {
                    flush_kept(e);
                }
                if (!e->closed && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && e->other->kept_size == 0) {
                    move(e);
                }
            }
        }
        while (dead_count > 0) {
            struct end *gone = dead[--dead_count];
            free(gone->kept);
            free(gone);
        }
    }
}
