/*
 * Many small servers in many network namespaces: crowd-in-namespaces NAMESPACES PROCESSES DEAD. Each process holds a listener that it
 * watches, an UDP socket, a unix pair and files; the first of the last namespace also DEAD connections that its peers have reset.
 * Prints {"processes", "dead": its pid} when all stand; they end with it, and it with its input. Needs root.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void must(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static void raise_loopback(void)
{
    struct ifreq request = { .ifr_name = "lo" };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    must(ioctl(fd, SIOCGIFFLAGS, &request) == 0, "SIOCGIFFLAGS");
    request.ifr_flags |= IFF_UP;
    must(ioctl(fd, SIOCSIFFLAGS, &request) == 0, "SIOCSIFFLAGS");
    close(fd);
}

static int listen_somewhere(struct sockaddr_in *at)
{
    socklen_t length = sizeof *at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    must(bind(fd, (struct sockaddr *)at, length) == 0 && listen(fd, 64) == 0, "listen");
    must(getsockname(fd, (struct sockaddr *)at, &length) == 0, "getsockname");
    return fd;
}

static void leak(int listener, const struct sockaddr_in *at, int dead)
{
    struct linger reset = { 1, 0 };
    while (dead-- > 0) {
        int client = socket(AF_INET, SOCK_STREAM, 0);
        must(connect(client, (const struct sockaddr *)at, sizeof *at) == 0, "connect");
        must(accept(listener, NULL, NULL) >= 0, "accept");
        setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(client);
    }
}

static void serve(int dead, int ready)
{
    struct sockaddr_in at;
    struct epoll_event event = { .events = EPOLLIN };
    int pair[2], epoll = epoll_create1(0), listener = listen_somewhere(&at);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    must(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) == 0, "epoll_ctl");
    must(socket(AF_INET, SOCK_DGRAM, 0) >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socket");
    for (int at = 0; at < 24; at++)
        must(open("/dev/null", O_RDONLY) >= 0, "open");
    leak(listener, &at, dead);
    must(write(ready, "", 1) == 1, "write");
    for (;;)
        epoll_wait(epoll, &event, 1, -1);
}

int main(int count, char **words)
{
    must(count == 4, "three numbers");
    int namespaces = atoi(words[1]), processes = atoi(words[2]), dead = atoi(words[3]);
    int each = processes / namespaces, ready[2];
    char byte;
    pid_t leaker = 0;
    must(pipe(ready) == 0, "pipe");
    for (int at = 0; at < namespaces; at++) {
        must(unshare(CLONE_NEWNET) == 0, "unshare");
        raise_loopback();
        for (int one = 0; one < each; one++) {
            int is_leaker = at == namespaces - 1 && one == 0;
            pid_t child = fork();
            must(child >= 0, "fork");
            if (child == 0)
                serve(is_leaker ? dead : 0, ready[1]);
            if (is_leaker)
                leaker = child;
        }
    }
    for (int one = 0; one < each * namespaces; one++)
        must(read(ready[0], &byte, 1) == 1, "a child");
    printf("{\"processes\":%d,\"dead\":%d}\n", each * namespaces, leaker);
    fflush(stdout);
    while (read(0, &byte, 1) > 0) {
    }
    return 0;
}
