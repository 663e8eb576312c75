/* A disk that fails, or a process that dies, at one named step: loaded before a child of the fault tests. Knows files by their
 * names and first bytes, never what they mean.
 *
 * FAULT_ROOT  the folder that is watched; FAULT_KEPT another one on the same disk, for what a cut of the power brings back.
 * FAULT       "CALL WHAT NTH ACT": the NTH time that CALL (write, sync, rename, remove) is made of WHAT (wal, database, bundle, tile,
 *             checkpoint, kept, folder, signature, answer), ACT happens:
 *   kill-before, kill-after  SIGKILL, the call not made or made
 *   torn                     half of the bytes are written, then SIGKILL
 *   power-before, -after     what was not synced by then is taken back (bytes, lengths, names), then SIGKILL
 *   ENOSPC:N, EIO:N          the call fails so, N times in a row
 *   short:N                  only some of the bytes are taken, which is no error, N times
 * What happened is said on standard error. Taking back is strict: bytes stay with a sync of their file, names with one of their folder. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILES = 1024 };
enum act { NOTHING, KILL_BEFORE, KILL_AFTER, TORN, FAIL, SHORT };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], kept[PATH_MAX], call_wanted[16], what_wanted[16];
static size_t root_length;
static long seen, nth, times = 1;
static enum act wanted;
static int power, failure;
/* What the last write to a file without a telling name was of. */
static const char *last_written[FILES];

__attribute__((constructor)) static void begin(void) {
    const char *fault = getenv("FAULT"), *folder = getenv("FAULT_ROOT"), *beside = getenv("FAULT_KEPT");
    char act[24] = "";
    if (!fault || !folder || !beside || sscanf(fault, "%15s %15s %ld %23s", call_wanted, what_wanted, &nth, act) != 4) return;
    snprintf(root, sizeof root, "%s", folder);
    snprintf(kept, sizeof kept, "%s", beside);
    root_length = strlen(root);
    char *colon = strchr(act, ':');
    if (colon) { times = atol(colon + 1); *colon = 0; }
    power = !strncmp(act, "power", 5);
    if (!strcmp(act, "kill-before") || !strcmp(act, "power-before")) wanted = KILL_BEFORE;
    if (!strcmp(act, "kill-after") || !strcmp(act, "power-after")) wanted = KILL_AFTER;
    if (!strcmp(act, "torn")) wanted = TORN;
    if (!strcmp(act, "short")) wanted = SHORT;
    if (!strcmp(act, "ENOSPC")) { wanted = FAIL; failure = ENOSPC; }
    if (!strcmp(act, "EIO")) { wanted = FAIL; failure = EIO; }
}

/* ---- What was not synced yet, newest first ---- */

struct change {
    struct change *before;
    enum { BYTES, MADE, MADE_FOLDER, REMOVED, REMOVED_FOLDER, RENAMED } kind;
    dev_t device;
    ino_t number;
    int file;
    off_t at, length;
    size_t count;
    unsigned char *bytes;
    char path[PATH_MAX], other[PATH_MAX], backup[512];
};
static struct change *changes;
static long backups;

static int under_root(const char *path) { return root_length && !strncmp(path, root, root_length) && path[root_length] == '/'; }

static int path_of(int fd, char path[PATH_MAX]) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return under_root(path);
}

static struct change *note(int kind, const char *path) {
    struct change *change = calloc(1, sizeof *change);
    change->kind = kind;
    snprintf(change->path, PATH_MAX, "%s", path);
    change->before = changes;
    return changes = change;
}

/* Before bytes are written or cut off: what stands there. */
static void remember(int fd, off_t at, size_t count) {
    char path[PATH_MAX], link[40];
    struct stat status;
    if (!power || !path_of(fd, path) || fstat(fd, &status) || !S_ISREG(status.st_mode)) return;
    int file = -1;
    for (struct change *change = changes; change && file < 0; change = change->before)
        if (change->kind == BYTES && change->device == status.st_dev && change->number == status.st_ino) file = change->file;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    /* Never closed: closing would let go of SQLite's locks on the file. */
    if (file < 0) file = syscall(SYS_openat, AT_FDCWD, link, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    struct change *change = note(BYTES, path);
    change->device = status.st_dev;
    change->number = status.st_ino;
    change->file = file;
    change->at = at;
    change->length = status.st_size;
    if (at < status.st_size) {
        change->bytes = malloc(count);
        ssize_t got = syscall(SYS_pread64, file, change->bytes, count, at);
        change->count = got > 0 ? (size_t)got : 0;
    }
}

static int stands_in(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return !strncmp(path, folder, length) && path[length] == '/' && !strchr(path + length + 1, '/');
}

/* A sync of a file keeps its bytes, one of a folder its names. */
static void forget(int fd) {
    char path[PATH_MAX];
    struct stat status;
    if (!power || fstat(fd, &status) || !(path_of(fd, path) || !strcmp(path, root))) return;
    int is_folder = S_ISDIR(status.st_mode), file = -1;
    for (struct change **next = &changes; *next;) {
        struct change *change = *next;
        int done = change->kind == BYTES
            ? !is_folder && change->device == status.st_dev && change->number == status.st_ino
            : is_folder && (stands_in(change->path, path) || stands_in(change->other, path));
        if (!done) { next = &change->before; continue; }
        if (change->kind == BYTES) file = change->file;
        *next = change->before;
        free(change->bytes);
        free(change);
    }
    if (file >= 0 && !strstr(path, ".sqlite")) close(file);
}

/* Keeps a file that loses its name, so that it can be given back. */
static void keep(struct change *change, const char *path) {
    snprintf(change->backup, sizeof change->backup, "%.400s/%ld", kept, ++backups);
    if (link(path, change->backup)) change->backup[0] = 0;
}

static void give_back(const struct change *change, const char *path) {
    if (*change->backup) syscall(SYS_rename, change->backup, path);
}

static void cut_the_power(void) {
    for (struct change *change = changes; change; change = change->before) {
        switch (change->kind) {
        case BYTES:
            if (change->count) syscall(SYS_pwrite64, change->file, change->bytes, change->count, change->at);
            syscall(SYS_ftruncate, change->file, change->length);
            break;
        case MADE: syscall(SYS_unlink, change->path); break;
        case MADE_FOLDER: syscall(SYS_rmdir, change->path); break;
        case REMOVED: give_back(change, change->path); break;
        case REMOVED_FOLDER: syscall(SYS_mkdir, change->path, 0755); break;
        case RENAMED:
            syscall(SYS_rename, change->other, change->path);
            give_back(change, change->other);
            break;
        }
    }
}

/* ---- The one step ---- */

static void say(const char *act, const char *call, const char *what) {
    char line[96];
    int length = snprintf(line, sizeof line, "%s: %s %s %ld\n", act, call, what, seen);
    syscall(SYS_write, 2, line, length);
}

static void die(const char *call, const char *what) {
    say(power ? "power" : "killed", call, what);
    if (power) cut_the_power();
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

/* With the lock held: whether this call is the one. What kills before it does not come back. */
static enum act step(const char *call, const char *what) {
    if (!what || strcmp(call, call_wanted) || strcmp(what, what_wanted)) return NOTHING;
    seen++;
    if (seen < nth || seen >= nth + times) return NOTHING;
    if (wanted == KILL_BEFORE) die(call, what);
    if (wanted == FAIL || wanted == SHORT) say(wanted == FAIL ? strerror(failure) : "short", call, what);
    return wanted;
}

static int ends(const char *text, const char *end) {
    size_t a = strlen(text), b = strlen(end);
    return a >= b && !strcmp(text + a - b, end);
}

static const char *what_by_name(const char *path) {
    if (!under_root(path)) return NULL;
    if (ends(path, ".sqlite-wal")) return "wal";
    if (ends(path, ".sqlite")) return "database";
    if (strstr(path, "/log/tile/entries/")) return "bundle";
    if (strstr(path, "/log/tile/")) return "tile";
    if (strstr(path, "/log/checkpoints/")) return "kept";
    if (ends(path, "/log/checkpoint")) return "checkpoint";
    return NULL;
}

static const char *what_is_written(int fd, const char *bytes, size_t count) {
    char path[PATH_MAX];
    if (fd == 1) return count > 6 && !memcmp(bytes, "signed", 6) ? "signature" : "answer";
    if (fd < 3 || !path_of(fd, path)) return NULL;
    if (!ends(path, "/log/.writing")) return what_by_name(path);
    const char *what = "tile";
    if (count > 10 && !memcmp(bytes + 2, "{\"actor\"", 8)) what = "bundle";
    if (count > 16 && !memcmp(bytes, "agency-a/audit/1", 16)) what = bytes[16] == '\n' ? "checkpoint" : "key";
    if (fd < FILES) last_written[fd] = what;
    return what;
}

/* ---- The calls ---- */

static ssize_t written(int fd, const void *bytes, size_t count, off_t at, int is_placed) {
    if (!nth) return is_placed ? syscall(SYS_pwrite64, fd, bytes, count, at) : syscall(SYS_write, fd, bytes, count);
    pthread_mutex_lock(&lock);
    const char *what = what_is_written(fd, bytes, count);
    enum act act = step("write", what);
    ssize_t result;
    if (act == FAIL) {
        pthread_mutex_unlock(&lock);
        errno = failure;
        return -1;
    }
    if (act == TORN || act == SHORT) count = count > 1 ? count / 2 : count;
    if (what && fd > 2) remember(fd, is_placed ? at : lseek(fd, 0, SEEK_CUR), count);
    result = is_placed ? syscall(SYS_pwrite64, fd, bytes, count, at) : syscall(SYS_write, fd, bytes, count);
    int code = errno;
    if (act == TORN || act == KILL_AFTER) die("write", what);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

ssize_t write(int fd, const void *bytes, size_t count) { return written(fd, bytes, count, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return written(fd, bytes, count, at, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { return written(fd, bytes, count, at, 1); }

static int synced(int fd, long number) {
    if (!nth) return syscall(number, fd);
    pthread_mutex_lock(&lock);
    char path[PATH_MAX];
    struct stat status;
    const char *what = NULL;
    if (path_of(fd, path) && !fstat(fd, &status)) {
        if (S_ISDIR(status.st_mode)) what = strstr(path, "/log") ? "folder" : NULL;
        else what = ends(path, "/log/.writing") && fd < FILES ? last_written[fd] : what_by_name(path);
    }
    enum act act = step("sync", what);
    int result = act == FAIL ? -1 : (int)syscall(number, fd), code = act == FAIL ? failure : errno;
    if (!result) forget(fd);
    if (act == KILL_AFTER) die("sync", what);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

int ftruncate64(int fd, off64_t length) {
    pthread_mutex_lock(&lock);
    struct stat status;
    if (nth && !fstat(fd, &status) && status.st_size > length) remember(fd, length, status.st_size - length);
    pthread_mutex_unlock(&lock);
    return syscall(SYS_ftruncate, fd, length);
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int rename(const char *from, const char *to) {
    if (!nth) return syscall(SYS_rename, from, to);
    pthread_mutex_lock(&lock);
    const char *what = what_by_name(to);
    enum act act = step("rename", what);
    int result = -1, code = failure;
    if (act != FAIL) {
        struct change *change = NULL;
        if (power && under_root(to)) {
            change = note(RENAMED, from);
            snprintf(change->other, PATH_MAX, "%s", to);
            keep(change, to);
        }
        result = syscall(SYS_rename, from, to);
        code = errno;
    }
    if (act == KILL_AFTER) die("rename", what);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

int unlink(const char *path) {
    if (!nth) return syscall(SYS_unlink, path);
    pthread_mutex_lock(&lock);
    const char *what = what_by_name(path);
    enum act act = step("remove", what);
    int result = -1, code = failure;
    if (act != FAIL) {
        if (power && under_root(path) && !access(path, F_OK)) keep(note(REMOVED, path), path);
        result = syscall(SYS_unlink, path);
        code = errno;
    }
    if (act == KILL_AFTER) die("remove", what);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

int mkdir(const char *path, mode_t mode) {
    int result = syscall(SYS_mkdir, path, mode), code = errno;
    pthread_mutex_lock(&lock);
    if (power && !result && under_root(path)) note(MADE_FOLDER, path);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

int rmdir(const char *path) {
    int result = syscall(SYS_rmdir, path), code = errno;
    pthread_mutex_lock(&lock);
    if (power && !result && under_root(path)) note(REMOVED_FOLDER, path);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

static int opened(const char *path, int flags, mode_t mode) {
    int isNew = power && (flags & O_CREAT) && under_root(path) && access(path, F_OK);
    struct stat status;
    pthread_mutex_lock(&lock);
    if (power && (flags & O_TRUNC) && under_root(path) && !stat(path, &status) && status.st_size > 0) {
        int file = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
        if (file >= 0) { remember(file, 0, status.st_size); close(file); }
    }
    int result = syscall(SYS_openat, AT_FDCWD, path, flags, mode), code = errno;
    if (isNew && result >= 0) note(MADE, path);
    pthread_mutex_unlock(&lock);
    errno = code;
    return result;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return opened(path, flags, mode);
}
