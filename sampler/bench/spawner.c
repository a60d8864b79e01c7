/*
 * Makes a machine to measure: PROCESSES processes of THREADS threads each, of which ACTIVE processes have one thread that
 * works a little (about 2 % of a core each) and the others sleep. Prints "ready" and ends with its standard input, and in any
 * case after LIFETIME seconds.
 * Usage: spawner PROCESSES THREADS ACTIVE LIFETIME
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static void sleep_ms(long ms) {
  struct timespec t = {ms / 1000, (ms % 1000) * 1000000L};
  nanosleep(&t, NULL);
}

static void *rest(void *unused) {
  (void)unused;
  for (;;) pause();
  return NULL;
}

static void *work(void *unused) {
  (void)unused;
  for (;;) {
    struct timespec start, now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
    do {
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000000000L + now.tv_nsec - start.tv_nsec < 4000000L);
    sleep_ms(200);
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int processes = atoi(argv[1]), threads = atoi(argv[2]), active = atoi(argv[3]);
  unsigned lifetime = (unsigned)atoi(argv[4]);
  pid_t *pids = calloc((size_t)processes, sizeof *pids);
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 * 1024);
  for (int i = 0; i < processes; i++) {
    pid_t pid = fork();
    if (pid < 0) {
      perror("fork");
      break;
    }
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      alarm(lifetime + 5);
      for (int t = 1; t < threads; t++) {
        pthread_t id;
        if (pthread_create(&id, &small, t == 1 && i < active ? work : rest, NULL) != 0) _exit(1);
      }
      if (threads == 1 && i < active) work(NULL);
      rest(NULL);
    }
    pids[i] = pid;
  }
  sleep_ms(300);
  printf("ready\n");
  fflush(stdout);
  alarm(lifetime);
  signal(SIGALRM, SIG_IGN);
  /* Waits for the end of standard input, but not longer than its lifetime. */
  time_t end = time(NULL) + (time_t)lifetime;
  char byte;
  fd_set set;
  while (time(NULL) < end) {
    FD_ZERO(&set);
    FD_SET(0, &set);
    struct timeval wait = {1, 0};
    if (select(1, &set, NULL, NULL, &wait) > 0 && read(0, &byte, 1) <= 0) break;
  }
  for (int i = 0; i < processes; i++)
    if (pids[i] > 0) kill(pids[i], SIGKILL);
  return 0;
}
