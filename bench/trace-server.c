/* A server that accepts and closes, and its client that resets each connection at once, both as fast as they can.
 *
 *     trace-server serve          prints its port; for each line that it reads, how many it has accepted
 *     trace-server drive PORT     until it is ended
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_ulong accepted;

static void *answer(void *nothing) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    printf("%lu\n", atomic_load(&accepted));
    fflush(stdout);
  }
  exit(0);
  return nothing;
}

static int serve(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof at;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&at, length) || listen(listener, 1024)) return 1;
  getsockname(listener, (struct sockaddr *)&at, &length);
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  pthread_t thread;
  pthread_create(&thread, NULL, answer, NULL);
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) continue;
    close(fd);
    atomic_fetch_add(&accepted, 1);
  }
}

static int drive(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_port = htons(port)};
  struct linger reset = {1, 0};
  for (;;) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    connect(fd, (struct sockaddr *)&to, sizeof to);
    close(fd);
  }
}

int main(int count, char **words) {
  if (count == 2 && strcmp(words[1], "serve") == 0) return serve();
  if (count == 3 && strcmp(words[1], "drive") == 0) return drive(atoi(words[2]));
  return 2;
}
