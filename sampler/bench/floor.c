/*
 * The floor: the reads of the sampler with nothing around them. Keeps `stat` of every process and `schedstat` of every thread
 * open (and `statm`), finds new ones through /proc/loadavg, reads processes once a sample (idle ones every fourth time, staggered) and threads
 * only where the process's CPU moved.
 * Usage: floor SAMPLES INTERVAL_MS. Prints, per line, "PID TICKS" and "PID TID RUN_NS" of the last sample, then "cpu SECONDS"
 * over the samples after the first.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct thread {
  int tid, fd;
  unsigned long long run, wait, slices;
};
struct process {
  int pid, fd, memory, threads, moved_at, dead;
  unsigned long long ticks, start, rss, count;
  struct thread *list;
};
static struct process *table;
static int rows, room;
static char buffer[4096];
/* Row of each pid plus one; pids end at 2^22. */
static int row_of[1 << 22];

static unsigned long long number(const char **at) {
  unsigned long long value = 0;
  while (**at == ' ' || **at == '-') ++*at;
  while (isdigit((unsigned char)**at)) value = value * 10 + (unsigned long long)(*(*at)++ - '0');
  return value;
}

static int read_stat(struct process *p) {
  ssize_t n = pread(p->fd, buffer, sizeof buffer - 1, 0);
  if (n <= 0) return 0;
  buffer[n] = 0;
  const char *at = strrchr(buffer, ')');
  if (!at) return 0;
  at += 4;
  unsigned long long ticks = 0, count = 0;
  for (int field = 4; field <= 22; field++) {
    unsigned long long value = number(&at);
    if (field == 14 || field == 15) ticks += value;
    if (field == 20) count = value;
    if (field == 22) p->start = value;
  }
  int moved = ticks != p->ticks || count != p->count;
  p->ticks = ticks;
  p->count = count;
  return moved ? 2 : 1;
}

static void read_memory(struct process *p) {
  ssize_t n = pread(p->memory, buffer, sizeof buffer - 1, 0);
  if (n <= 0) return;
  buffer[n] = 0;
  const char *at = buffer;
  number(&at);
  p->rss = number(&at);
}

static void read_threads(struct process *p) {
  for (int i = 0; i < p->threads; i++) {
    ssize_t n = pread(p->list[i].fd, buffer, sizeof buffer - 1, 0);
    if (n <= 0) continue;
    buffer[n] = 0;
    const char *at = buffer;
    p->list[i].run = number(&at);
    p->list[i].wait = number(&at);
    p->list[i].slices = number(&at);
  }
}

static void list_threads(struct process *p) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", p->pid);
  DIR *dir = opendir(path);
  if (!dir) return;
  for (int i = 0; i < p->threads; i++) close(p->list[i].fd);
  p->threads = 0;
  struct dirent *entry;
  while ((entry = readdir(dir))) {
    int tid = atoi(entry->d_name);
    if (tid <= 0) continue;
    p->list = realloc(p->list, sizeof *p->list * (size_t)(p->threads + 1));
    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", p->pid, tid);
    struct thread t = {tid, open(path, O_RDONLY), 0, 0, 0};
    if (t.fd >= 0) p->list[p->threads++] = t;
  }
  closedir(dir);
}

static void list_processes(int sample) {
  DIR *dir = opendir("/proc");
  struct dirent *entry;
  while ((entry = readdir(dir))) {
    int pid = atoi(entry->d_name);
    if (pid <= 0 || pid >= 1 << 22 || row_of[pid] != 0) continue;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    struct process p = {.pid = pid, .fd = open(path, O_RDONLY), .moved_at = sample};
    if (p.fd < 0) continue;
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    p.memory = open(path, O_RDONLY);
    if (rows == room) table = realloc(table, sizeof *table * (size_t)(room = room ? room * 2 : 1024));
    if (!read_stat(&p)) continue;
    read_memory(&p);
    list_threads(&p);
    read_threads(&p);
    table[rows++] = p;
    row_of[pid] = rows;
  }
  closedir(dir);
}

static double cpu(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return (double)use.ru_utime.tv_sec + (double)use.ru_stime.tv_sec +
         (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
  int samples = argc > 1 ? atoi(argv[1]) : 10, interval = argc > 2 ? atoi(argv[2]) : 1000;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  int loadavg = open("/proc/loadavg", O_RDONLY), stat = open("/proc/stat", O_RDONLY),
      meminfo = open("/proc/meminfo", O_RDONLY);
  char last[32] = "";
  double began = 0;
  static char big[1 << 16];
  for (int sample = 0; sample < samples; sample++) {
    if (sample == 1) began = cpu();
    ssize_t n = pread(loadavg, buffer, sizeof buffer - 1, 0);
    buffer[n > 0 ? n : 0] = 0;
    char *id = strrchr(buffer, ' ');
    if (id && strncmp(id, last, sizeof last - 1) != 0) {
      strncpy(last, id, sizeof last - 1);
      list_processes(sample);
    }
    if (pread(stat, big, sizeof big, 0) < 0 || pread(meminfo, big, sizeof big, 0) < 0) return 1;
    for (int i = 0; i < rows; i++) {
      struct process *p = &table[i];
      if (p->dead || (sample - p->moved_at > 3 && (i + sample) % 4 != 0)) continue;
      int outcome = read_stat(p);
      if (outcome == 0) {
        p->dead = 1;
        row_of[p->pid] = 0;
        close(p->fd);
        close(p->memory);
        for (int t = 0; t < p->threads; t++) close(p->list[t].fd);
        continue;
      }
      if (outcome == 1) continue;
      p->moved_at = sample;
      read_memory(p);
      if (p->count != (unsigned long long)p->threads) list_threads(p);
      read_threads(p);
    }
    if (sample + 1 < samples) {
      struct timespec t = {interval / 1000, (interval % 1000) * 1000000L};
      nanosleep(&t, NULL);
    }
  }
  double used = cpu() - began;
  for (int i = 0; i < rows; i++) {
    if (table[i].dead) continue;
    printf("%d %llu\n", table[i].pid, table[i].ticks);
    for (int t = 0; t < table[i].threads; t++)
      printf("%d %d %llu\n", table[i].pid, table[i].list[t].tid, table[i].list[t].run);
  }
  printf("cpu %f\n", used);
  return 0;
}
