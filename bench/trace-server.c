/* A server that accepts and closes, and its client that resets each connection at once, both as fast as they can.
 *
 *     trace-server serve          prints its port; for each line that it reads, how many it has accepted
 *     trace-server drive PORT     until it is ended
 *     trace-server calls          for each line that it reads, how many nanoseconds a dup and its close take
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
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

static long now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000000L + at.tv_nsec;
}

static int compare(const void *a, const void *b) {
  long one = *(const long *)a, other = *(const long *)b;
  return one < other ? -1 : one > other;
}

/* Of 3,000 short runs the lowest but a twentieth: those that nothing else interrupted. */
static int calls(void) {
  enum { RUNS = 3000, CALLS = 100 };
  static long took[RUNS];
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    for (int run = 0; run < RUNS; run++) {
      long from = now();
      for (int at = 0; at < CALLS; at++) close(dup(0));
      took[run] = (now() - from) / CALLS;
    }
    qsort(took, RUNS, sizeof *took, compare);
    printf("%ld\n", took[RUNS / 20]);
    fflush(stdout);
  }
  return 0;
}

int main(int count, char **words) {
  if (count == 2 && strcmp(words[1], "serve") == 0) return serve();
  if (count == 3 && strcmp(words[1], "drive") == 0) return drive(atoi(words[2]));
  if (count == 2 && strcmp(words[1], "calls") == 0) return calls();
  return 2;
}
