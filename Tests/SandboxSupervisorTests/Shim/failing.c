/* Makes single system calls of a zygote fail, or answer as an older kernel would: preloaded by the
 * wrapper that a test puts in place of the zygote. What to do stands in the environment:
 *
 *   SHIM_CALL      the function that fails: setresuid, unshare, mount, prctl:<option>, syscall:<number>, …
 *   SHIM_ERROR     its errno (default EPERM)
 *   SHIM_PASS      how many calls of it work before (default 0)
 *   SHIM_LANDLOCK  version that the kernel's Landlock pretends to have
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long raw(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    if (result < 0 && result > -4096) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

static const char *call, *error, *pass, *version;
static int passed;

static const char *setting(const char *name)
{
    const char *text = getenv(name);
    return text ? strdup(text) : NULL;
}

/* At once: a zygote clears its environment later. */
__attribute__((constructor)) static void take_settings(void)
{
    call = setting("SHIM_CALL");
    error = setting("SHIM_ERROR");
    pass = setting("SHIM_PASS");
    version = setting("SHIM_LANDLOCK");
}

static int fails(const char *name)
{
    if (call == NULL || strcmp(call, name) != 0)
        return 0;
    if (passed++ < (pass ? atoi(pass) : 0))
        return 0;
    errno = error ? atoi(error) : EPERM;
    return 1;
}

static int fails_with(const char *name, long number)
{
    char text[40];
    snprintf(text, sizeof text, "%s:%ld", name, number);
    return fails(text);
}

long syscall(long number, ...)
{
    va_list list;
    long a[6];
    va_start(list, number);
    for (int index = 0; index < 6; index++)
        a[index] = va_arg(list, long);
    va_end(list);
    if (version && number == 444 && a[2] == 1)
        return atoi(version);
    if (fails_with("syscall", number))
        return -1;
    return raw(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int prctl(int option, ...)
{
    va_list list;
    long a[4];
    va_start(list, option);
    for (int index = 0; index < 4; index++)
        a[index] = va_arg(list, long);
    va_end(list);
    if (fails_with("prctl", option))
        return -1;
    return (int)raw(SYS_prctl, option, a[0], a[1], a[2], a[3], 0);
}

int unshare(int flags) { return fails("unshare") ? -1 : (int)raw(SYS_unshare, flags, 0, 0, 0, 0, 0); }

int setresuid(uid_t a, uid_t b, uid_t c)
{
    return fails("setresuid") ? -1 : (int)raw(SYS_setresuid, a, b, c, 0, 0, 0);
}

int sethostname(const char *name, size_t length)
{
    return fails("sethostname") ? -1 : (int)raw(SYS_sethostname, (long)name, (long)length, 0, 0, 0, 0);
}

int mount(const char *a, const char *b, const char *c, unsigned long d, const void *e)
{
    return fails("mount") ? -1 : (int)raw(SYS_mount, (long)a, (long)b, (long)c, (long)d, (long)e, 0);
}

int umount2(const char *path, int flags)
{
    return fails("umount2") ? -1 : (int)raw(SYS_umount2, (long)path, flags, 0, 0, 0, 0);
}

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
    if (fails_with("setrlimit", (long)resource))
        return -1;
    return (int)raw(SYS_prlimit64, 0, (long)resource, (long)limit, 0, 0, 0);
}

int pipe2(int ends[2], int flags)
{
    return fails("pipe2") ? -1 : (int)raw(SYS_pipe2, (long)ends, flags, 0, 0, 0, 0);
}

int socket(int family, int type, int protocol)
{
    /* As if no filter answered. */
    return fails("socket") ? -1 : (int)raw(SYS_socket, family, type, protocol, 0, 0, 0);
}

ssize_t recv(int number, void *buffer, size_t length, int flags)
{
    return fails("recv") ? -1 : raw(SYS_recvfrom, number, (long)buffer, (long)length, flags, 0, 0);
}

/* Of the seeds only, which are 64 bytes: the interpreter takes others. */
ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    return length == 64 && fails("getrandom") ? -1 : raw(SYS_getrandom, (long)buffer, (long)length, flags, 0, 0, 0);
}
