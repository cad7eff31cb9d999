/*
 * A disk that can fail: preloaded into the server (LD_PRELOAD), it stands between the program and the files below one
 * folder. Nothing of it is in the program itself.
 *
 * - It remembers what is durable. Beside the folder lies a shadow: an fsync of a file copies what was written since the
 *   last one into it, an fsync of a folder writes down that folder's entries. What was not synced is only in the folder,
 *   as it would be only in the page cache. After the process was killed the tests build from both what a disk may hold
 *   after a power cut (disk.rs).
 * - It kills the process before a given operation, so that a cut can fall between any two of them.
 * - It makes writes fail with ENOSPC or EIO and syncs with EIO. After a sync that failed, what it was to write is lost
 *   for good, as with Linux: a second sync succeeds and writes nothing.
 * - It sets the wall clock of the process forward or back.
 *
 * It is told what to do, while the process runs, through the words of a control file; their order is that of disk.rs.
 * An inode is never freed, so that its number means one file for as long as a shadow lives: what is removed or replaced
 * goes to the shadow's `grave`.
 *
 * What is not modelled: that of two unsynced writes to one page the older one survives.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { ERROR_KIND, ERROR_CLASSES, CUT_AFTER, IGNORE_SYNC_OF, ERRORS_MADE, CLOCK_AHEAD, COUNTERS = 8, WORDS = 64 };
enum { NO_ERROR, FULL, WRITE_FAILS, SYNC_FAILS };
/* Classes of what is written. */
enum { DATABASE, WAL, FILES, FOLDER, CLASSES };
enum { WRITES, SYNCS, NAMES, PER_CLASS = 4 };

static char root[PATH_MAX], shadow[PATH_MAX];
static size_t root_length;
static volatile uint64_t *control;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* What a descriptor is: 0 not looked at yet, 1 none of ours, else class + 2. */
#define DESCRIPTORS 65536
static volatile unsigned char kinds[DESCRIPTORS];

#define REAL(result, name, ...)                                  \
    static result (*real_##name)(__VA_ARGS__);                   \
    static inline result (*get_##name(void))(__VA_ARGS__) {      \
        if (!real_##name) real_##name = dlsym(RTLD_NEXT, #name); \
        return real_##name;                                      \
    }
REAL(int, open, const char *, int, ...)
REAL(int, openat, int, const char *, int, ...)
REAL(ssize_t, write, int, const void *, size_t)
REAL(ssize_t, pwrite, int, const void *, size_t, off_t)
REAL(ssize_t, writev, int, const struct iovec *, int)
REAL(int, ftruncate, int, off_t)
REAL(int, fsync, int)
REAL(int, close, int)
REAL(int, unlink, const char *)
REAL(int, unlinkat, int, const char *, int)
REAL(int, rename, const char *, const char *)
REAL(int, rmdir, const char *)
REAL(int, mkdir, const char *, mode_t)
REAL(int, clock_gettime, clockid_t, struct timespec *)

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("FAULT_DISK"), *kept = getenv("FAULT_SHADOW"), *words = getenv("FAULT_CONTROL");
    if (!folder || !kept || !words) return;
    snprintf(shadow, sizeof shadow, "%s", kept);
    int fd = get_open()(words, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void *page = mmap(NULL, WORDS * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    get_close()(fd);
    if (page == MAP_FAILED) return;
    control = page;
    snprintf(root, sizeof root, "%s", folder);
    root_length = strlen(root);
}

static int is_ours(const char *path) {
    return root_length && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || !path[root_length]);
}

static int ends(const char *path, const char *with) {
    size_t a = strlen(path), b = strlen(with);
    return a >= b && strcmp(path + a - b, with) == 0;
}

static int class_of(const char *path) {
    if (ends(path, "-wal") || ends(path, "-journal")) return WAL;
    if (ends(path, ".db")) return DATABASE;
    return FILES;
}

/* The class of a descriptor, or -1 if it is none of ours. */
static int of(int fd) {
    if (!root_length || fd < 0 || fd >= DESCRIPTORS) return -1;
    if (!kinds[fd]) {
        char link[64], path[PATH_MAX];
        struct stat stat;
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, path, sizeof path - 1);
        path[length < 0 ? 0 : length] = 0;
        /* The index of a WAL is made anew after a crash. */
        if (length <= 0 || !is_ours(path) || ends(path, "-shm") || fstat(fd, &stat)) kinds[fd] = 1;
        else kinds[fd] = 2 + (S_ISDIR(stat.st_mode) ? FOLDER : class_of(path));
    }
    return kinds[fd] - 2 < 0 ? -1 : kinds[fd] - 2;
}

static void forget(int fd) {
    if (fd >= 0 && fd < DESCRIPTORS) kinds[fd] = 0;
}

/* Counts an operation, and ends the process when its last one was the one before. */
static void step(int class, int what) {
    __atomic_add_fetch(&control[COUNTERS + class * PER_CLASS + what], 1, __ATOMIC_RELAXED);
    if (control[CUT_AFTER] && __atomic_sub_fetch(&control[CUT_AFTER], 1, __ATOMIC_SEQ_CST) == 0) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
}

static int fails(int class, int kind) {
    if (control[ERROR_KIND] != (uint64_t)kind || !(control[ERROR_CLASSES] >> class & 1)) return 0;
    __atomic_add_fetch(&control[ERRORS_MADE], 1, __ATOMIC_RELAXED);
    return 1;
}

/* What was written to an inode and not synced. */
struct range { off_t from, to; };
struct dirty { ino_t inode; struct range *ranges; size_t count, room; int all, reader; struct dirty *next; };
static struct dirty *table[4096];

static struct dirty *dirty_of(ino_t inode) {
    struct dirty **place = &table[inode % 4096];
    for (struct dirty *found = *place; found; found = found->next) if (found->inode == inode) return found;
    struct dirty *made = calloc(1, sizeof *made);
    if (!made) abort();
    made->inode = inode;
    made->reader = -1;
    made->next = *place;
    return *place = made;
}

static void note(int fd, off_t from, off_t to, int all) {
    struct stat stat;
    if (fstat(fd, &stat)) return;
    pthread_mutex_lock(&lock);
    struct dirty *dirty = dirty_of(stat.st_ino);
    dirty->all |= all;
    if (!all && dirty->count && dirty->ranges[dirty->count - 1].to == from) {
        dirty->ranges[dirty->count - 1].to = to;
    } else if (!all) {
        if (dirty->count == dirty->room) {
            dirty->room = dirty->room ? dirty->room * 2 : 16;
            dirty->ranges = realloc(dirty->ranges, dirty->room * sizeof(struct range));
            if (!dirty->ranges) abort();
        }
        dirty->ranges[dirty->count++] = (struct range){from, to};
    }
    pthread_mutex_unlock(&lock);
}

static void copy(int from, int to, off_t at, off_t end) {
    static char buffer[1 << 16];
    while (at < end) {
        size_t wanted = end - at < (off_t)sizeof buffer ? (size_t)(end - at) : sizeof buffer;
        ssize_t got = pread(from, buffer, wanted, at);
        if (got <= 0) return;
        if (get_pwrite()(to, buffer, got, at) != got) abort();
        at += got;
    }
}

/* The file as it is now becomes what is durable of it. */
static void keep_file(int fd, int class) {
    struct stat stat;
    char path[PATH_MAX + 64], self[64];
    if (fstat(fd, &stat)) return;
    snprintf(path, sizeof path, "%s/inodes/%lu", shadow, (unsigned long)stat.st_ino);
    int to = get_open()(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct dirty *dirty = dirty_of(stat.st_ino);
    int from = dirty->reader;
    if (from < 0) {
        /* The descriptor itself may be for writing only. */
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        from = get_open()(self, O_RDONLY | O_CLOEXEC);
    }
    if (to < 0 || from < 0) abort();
    if (dirty->all) copy(from, to, 0, stat.st_size);
    else for (size_t n = 0; n < dirty->count; n++) copy(from, to, dirty->ranges[n].from, dirty->ranges[n].to);
    dirty->count = 0;
    dirty->all = 0;
    if (get_ftruncate()(to, stat.st_size)) abort();
    get_close()(to);
    /* To close any descriptor of a file gives up the locks that the process has on it: SQLite's, here. */
    if (class == FILES) get_close()(from);
    else dirty->reader = from;
}

/* The entries of a folder as they are now become what is durable of it. */
static void keep_folder(int fd) {
    struct stat stat;
    char path[PATH_MAX + 64], made[PATH_MAX + 80], self[64];
    if (fstat(fd, &stat)) return;
    snprintf(path, sizeof path, "%s/folders/%lu", shadow, (unsigned long)stat.st_ino);
    snprintf(made, sizeof made, "%s.new", path);
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    DIR *folder = opendir(self);
    FILE *out = fopen(made, "w");
    if (!folder || !out) abort();
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.' || ends(entry->d_name, "-shm")) continue;
        fprintf(out, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    }
    fclose(out);
    closedir(folder);
    if (get_rename()(made, path)) abort();
}

static int opened(int fd, int flags) {
    if (fd < 0) return fd;
    forget(fd);
    int class = of(fd);
    if (class >= 0 && class != FOLDER && flags & O_TRUNC) note(fd, 0, 0, 1);
    return fd;
}

static int refused(const char *path, int flags) {
    if (!(flags & O_CREAT) || !is_ours(path) || ends(path, "-shm") || access(path, F_OK) == 0) return 0;
    if (!fails(class_of(path), FULL)) return 0;
    errno = ENOSPC;
    return 1;
}

#define MODE(flags)                                \
    mode_t mode = 0;                               \
    if ((flags) & (O_CREAT | O_TMPFILE)) {         \
        va_list arguments;                         \
        va_start(arguments, flags);                \
        mode = va_arg(arguments, mode_t);          \
        va_end(arguments);                         \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return refused(path, flags) ? -1 : opened(get_open()(path, flags, mode), flags);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return refused(path, flags) ? -1 : opened(get_open()(path, flags | O_LARGEFILE, mode), flags);
}

int openat(int at, const char *path, int flags, ...) {
    MODE(flags)
    return opened(get_openat()(at, path, flags, mode), flags);
}

int openat64(int at, const char *path, int flags, ...) {
    MODE(flags)
    return opened(get_openat()(at, path, flags | O_LARGEFILE, mode), flags);
}

int close(int fd) {
    forget(fd);
    return get_close()(fd);
}

/* How much of a write is let through: a full disk takes the first half of a large one. */
static ssize_t admitted(int class, size_t length) {
    step(class, WRITES);
    if (fails(class, WRITE_FAILS)) {
        errno = EIO;
        return -1;
    }
    if (fails(class, FULL)) {
        if (length > 4096) return length / 2;
        errno = ENOSPC;
        return -1;
    }
    return length;
}

static ssize_t put(int fd, const void *bytes, size_t length, off_t at, int class) {
    ssize_t now = admitted(class, length);
    if (now < 0) return now;
    ssize_t done = get_pwrite()(fd, bytes, now, at);
    if (done > 0) note(fd, at, at + done, 0);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    int class = of(fd);
    return class < 0 ? get_pwrite()(fd, bytes, length, at) : put(fd, bytes, length, at, class);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return pwrite(fd, bytes, length, at); }

ssize_t write(int fd, const void *bytes, size_t length) {
    int class = of(fd);
    if (class < 0) return get_write()(fd, bytes, length);
    ssize_t now = admitted(class, length);
    if (now < 0) return now;
    ssize_t done = get_write()(fd, bytes, now);
    /* Where it went is told by where the next one goes, appended or not. */
    off_t end = lseek(fd, 0, SEEK_CUR);
    if (done > 0) note(fd, end - done, end, end < 0);
    return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    int class = of(fd);
    if (class < 0) return get_writev()(fd, parts, count);
    ssize_t all = 0;
    for (int n = 0; n < count; n++) {
        ssize_t done = write(fd, parts[n].iov_base, parts[n].iov_len);
        if (done < 0) return all ? all : done;
        all += done;
        if ((size_t)done < parts[n].iov_len) break;
    }
    return all;
}

int ftruncate(int fd, off_t length) {
    int class = of(fd);
    if (class < 0) return get_ftruncate()(fd, length);
    step(class, WRITES);
    if (fails(class, WRITE_FAILS)) {
        errno = EIO;
        return -1;
    }
    /* What is there again after it was cut off is new. */
    note(fd, 0, 0, 1);
    return get_ftruncate()(fd, length);
}

int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

int fsync(int fd) {
    int class = of(fd);
    if (class < 0) return get_fsync()(fd);
    step(class, SYNCS);
    if (control[IGNORE_SYNC_OF] >> class & 1) return 0;
    int failed = fails(class, SYNC_FAILS);
    pthread_mutex_lock(&lock);
    if (failed) {
        struct stat stat;
        if (class != FOLDER && !fstat(fd, &stat)) {
            struct dirty *dirty = dirty_of(stat.st_ino);
            dirty->count = 0;
            dirty->all = 0;
        }
    } else if (class == FOLDER) {
        keep_folder(fd);
    } else {
        keep_file(fd, class);
    }
    pthread_mutex_unlock(&lock);
    if (!failed) return 0;
    errno = EIO;
    return -1;
}

int fdatasync(int fd) { return fsync(fd); }

/* Before an entry goes: the inode stays, for it may come back. */
static void bury(const char *path) {
    struct stat stat;
    char grave[PATH_MAX + 64];
    if (lstat(path, &stat)) return;
    snprintf(grave, sizeof grave, "%s/grave/%lu", shadow, (unsigned long)stat.st_ino);
    if (S_ISREG(stat.st_mode) && link(path, grave) && errno != EEXIST) abort();
}

int unlink(const char *path) {
    if (is_ours(path)) {
        step(class_of(path), NAMES);
        bury(path);
    }
    return get_unlink()(path);
}

int unlinkat(int at, const char *path, int flags) {
    if (at == AT_FDCWD && !(flags & AT_REMOVEDIR)) return unlink(path);
    return get_unlinkat()(at, path, flags);
}

int rename(const char *from, const char *to) {
    if (is_ours(to)) {
        step(class_of(to), NAMES);
        bury(to);
    }
    return get_rename()(from, to);
}

int rmdir(const char *path) {
    if (is_ours(path)) {
        step(FOLDER, NAMES);
        /* Never closed: a folder that is open keeps its inode. */
        get_open()(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    return get_rmdir()(path);
}

int mkdir(const char *path, mode_t mode) {
    if (is_ours(path)) {
        step(FOLDER, NAMES);
        if (fails(FOLDER, FULL)) {
            errno = ENOSPC;
            return -1;
        }
    }
    return get_mkdir()(path, mode);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = get_clock_gettime()(clock, time);
    if (!result && clock == CLOCK_REALTIME && control) time->tv_sec += (int64_t)control[CLOCK_AHEAD];
    return result;
}
