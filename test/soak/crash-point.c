// Kills the program before the n-th change it makes to a file: preloaded into it and into everything it starts.
//
// CRASH_POINT names a file of three numbers (32 bits each) that all of them share: how many changes were made so far,
// before which one to strike (0: never), and the process group to kill, which the first process enters. Only changes
// below the folder CRASH_ROOT count. Reads, pipes and terminals do not.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct shared { _Atomic uint32_t count, target, group; };
static struct shared *shared;
static char root[PATH_MAX];
static size_t root_length;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("CRASH_POINT"), *top = getenv("CRASH_ROOT");
  if (file == NULL || top == NULL) return;
  int fd = NEXT(open)(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped == MAP_FAILED) return;
  root_length = (size_t)snprintf(root, sizeof root, "%s/", top);
  shared = mapped;
  uint32_t none = 0;
  atomic_compare_exchange_strong(&shared->group, &none, (uint32_t)getpgrp());
}

static void change(void) {
  if (atomic_fetch_add(&shared->count, 1) + 1 != atomic_load(&shared->target)) return;
  kill(-(pid_t)atomic_load(&shared->group), SIGKILL);
  // Whoever left the group goes too: the point is before its change.
  kill(getpid(), SIGKILL);
}

static void change_at(int folder, const char *path) {
  if (shared == NULL || path == NULL) return;
  char whole[PATH_MAX * 2], from[64];
  if (path[0] == '/') {
    snprintf(whole, sizeof whole, "%s", path);
  } else {
    if (folder == AT_FDCWD) snprintf(from, sizeof from, "/proc/self/cwd");
    else snprintf(from, sizeof from, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(from, whole, PATH_MAX - 1);
    if (length < 0) return;
    snprintf(whole + length, sizeof whole - (size_t)length, "/%s", path);
  }
  if (strncmp(whole, root, root_length) == 0) change();
}

static void change_fd(int fd) {
  struct stat found;
  if (shared == NULL || fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) return;
  char name[64], path[PATH_MAX];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(name, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = 0;
  if (strncmp(path, root, root_length) == 0) change();
}

#define OPENER(name)                                                     \
  int name(const char *path, int flags, ...) {                           \
    mode_t mode = 0;                                                     \
    if (flags & (O_CREAT | O_TMPFILE)) {                                 \
      va_list list;                                                      \
      va_start(list, flags);                                             \
      mode = va_arg(list, mode_t);                                       \
      va_end(list);                                                      \
    }                                                                    \
    if ((flags & O_TRUNC) || ((flags & O_CREAT) && access(path, F_OK) != 0)) change_at(AT_FDCWD, path); \
    return NEXT(name)(path, flags, mode);                                \
  }
OPENER(open)
OPENER(open64)

#define OPENER_AT(name)                                                  \
  int name(int folder, const char *path, int flags, ...) {               \
    mode_t mode = 0;                                                     \
    if (flags & (O_CREAT | O_TMPFILE)) {                                 \
      va_list list;                                                      \
      va_start(list, flags);                                             \
      mode = va_arg(list, mode_t);                                       \
      va_end(list);                                                      \
    }                                                                    \
    if ((flags & O_TRUNC) || ((flags & O_CREAT) && faccessat(folder, path, F_OK, 0) != 0)) change_at(folder, path); \
    return NEXT(name)(folder, path, flags, mode);                        \
  }
OPENER_AT(openat)
OPENER_AT(openat64)

#define STREAM(name)                                                     \
  FILE *name(const char *path, const char *mode) {                       \
    if (mode[0] != 'r') change_at(AT_FDCWD, path);                       \
    return NEXT(name)(path, mode);                                       \
  }
STREAM(fopen)
STREAM(fopen64)

#define ON_PATH(type, name, parameters, arguments) \
  type name parameters { change_at(AT_FDCWD, path); return NEXT(name) arguments; }
#define ON_PATH_AT(type, name, parameters, arguments) \
  type name parameters { change_at(folder, path); return NEXT(name) arguments; }
#define ON_FD(type, name, parameters, arguments) \
  type name parameters { change_fd(fd); return NEXT(name) arguments; }

ON_PATH(int, creat, (const char *path, mode_t mode), (path, mode))
ON_PATH(int, creat64, (const char *path, mode_t mode), (path, mode))
ON_PATH(int, unlink, (const char *path), (path))
ON_PATH(int, rmdir, (const char *path), (path))
ON_PATH(int, mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(int, truncate, (const char *path, off_t size), (path, size))
ON_PATH(int, truncate64, (const char *path, off64_t size), (path, size))
ON_PATH(int, rename, (const char *path, const char *to), (path, to))
ON_PATH(int, link, (const char *from, const char *path), (from, path))
ON_PATH(int, symlink, (const char *to, const char *path), (to, path))
ON_PATH_AT(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
ON_PATH_AT(int, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
ON_PATH_AT(int, renameat, (int folder, const char *path, int other, const char *to), (folder, path, other, to))
ON_PATH_AT(int, renameat2, (int folder, const char *path, int other, const char *to, unsigned flags),
           (folder, path, other, to, flags))
ON_PATH_AT(int, symlinkat, (const char *to, int folder, const char *path), (to, folder, path))
ON_PATH_AT(int, linkat, (int other, const char *from, int folder, const char *path, int flags),
           (other, from, folder, path, flags))
ON_FD(ssize_t, write, (int fd, const void *bytes, size_t count), (fd, bytes, count))
ON_FD(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
ON_FD(ssize_t, pwrite, (int fd, const void *bytes, size_t count, off_t at), (fd, bytes, count, at))
ON_FD(ssize_t, pwrite64, (int fd, const void *bytes, size_t count, off64_t at), (fd, bytes, count, at))
ON_FD(ssize_t, pwritev, (int fd, const struct iovec *parts, int count, off_t at), (fd, parts, count, at))
ON_FD(ssize_t, pwritev64, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at))
ON_FD(int, ftruncate, (int fd, off_t size), (fd, size))
ON_FD(int, ftruncate64, (int fd, off64_t size), (fd, size))
