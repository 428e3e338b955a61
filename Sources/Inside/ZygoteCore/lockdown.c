#include "zygote.h"
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int zygote_limit(unsigned resource, uint64_t value)
{
    struct rlimit current;
    if (getrlimit((__rlimit_resource_t)resource, &current) != 0)
        return -1;
    /* Nobody here may raise a limit, and a lower one is as good. */
    if (current.rlim_max < value)
        value = current.rlim_max;
    struct rlimit both = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &both);
}

/* A program of its own reserves addresses by the gigabyte. What it can fill with data is counted by
 * RLIMIT_DATA: private writable memory, whichever call made it writable; the profile refuses the shared. */
static int limit_memory(const struct zygote *zygote)
{
    uint64_t bytes = zygote->settings.memory_bytes;
    if (zygote->engine->become != NULL)
        return zygote_limit(RLIMIT_DATA, bytes);
    return zygote_limit(RLIMIT_AS, zygote->report.address_space + bytes);
}

/* RLIMIT_CPU and RLIMIT_NPROC are for each script process: here they would count the forks. */
int zygote_limit_resources(struct zygote *zygote)
{
    const struct zygote_settings *settings = &zygote->settings;
    if (zygote_leaves_out(zygote, ZYGOTE_LIMITS))
        return 0;
    if (limit_memory(zygote) != 0 ||
        zygote_limit(RLIMIT_CORE, 0) != 0 || zygote_limit(RLIMIT_FSIZE, 0) != 0 ||
        zygote_limit(RLIMIT_MEMLOCK, 0) != 0 || zygote_limit(RLIMIT_MSGQUEUE, 0) != 0 ||
        zygote_limit(RLIMIT_STACK, 8u << 20) != 0 || zygote_limit(RLIMIT_SIGPENDING, 64) != 0 ||
        zygote_limit(RLIMIT_NOFILE, settings->open_files) != 0)
        return ZYGOTE_SET_LIMITS;
    zygote->report.enforced |= ZYGOTE_LIMITS;
    return 0;
}

static int drop_bounding_set(void)
{
    for (int capability = 0; capability <= 63; capability++)
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
            return errno == EINVAL ? 0 : -1; /* one more than the kernel knows */
    return 0;
}

static int drop_capabilities(const struct zygote *zygote)
{
    if (zygote_leaves_out(zygote, ZYGOTE_NAMESPACES))
        return zygote_keep_capability(-1);
    if (drop_bounding_set() != 0)
        return -1;
    return zygote_keep_capability(CAP_SYS_ADMIN); /* for CLONE_NEWPID */
}

static int allow_reading(int ruleset, const char *path, unsigned char uses)
{
    uint64_t directory_rights = CLINUX_LANDLOCK_READ_FILE | CLINUX_LANDLOCK_READ_DIR;
    struct stat status;
    int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0)
        return -1;
    int result = fstat(file, &status);
    if (result == 0)
        result = clinux_landlock_allow(
            ruleset, file,
            (S_ISDIR(status.st_mode) ? directory_rights : CLINUX_LANDLOCK_READ_FILE) |
                (uses & ZYGOTE_BIND_PROGRAM ? CLINUX_LANDLOCK_EXECUTE : 0));
    int error = errno;
    close(file);
    errno = error;
    return result;
}

static int allow_files(const struct zygote *zygote, int ruleset)
{
    for (uint32_t index = 0; index < zygote->settings.bind_count; index++)
        if (allow_reading(
                ruleset, zygote->settings.binds[index], zygote->settings.bind_uses[index]) != 0)
            return -1;
    if (zygote->settings.packages == ZYGOTE_NO_PACKAGES)
        return 0;
    return allow_reading(
        ruleset,
        zygote_leaves_out(zygote, ZYGOTE_NAMESPACES) ? "." : ZYGOTE_PACKAGES_PLACE, 0);
}

static int restrict_by_landlock(struct zygote *zygote)
{
    struct clinux_landlock_rights rights;
    if (clinux_landlock_rights(&rights) != 0)
        return -1;
    zygote->report.landlock_abi = (uint32_t)rights.abi;
    int ruleset = clinux_landlock_create(&rights);
    if (ruleset < 0)
        return -1;
    int result = allow_files(zygote, ruleset);
    /* SECURITY: one port is all that a script can connect to, and no socket can be bound. */
    if (result == 0 && rights.network != 0 && zygote->settings.broker_port != 0)
        result = clinux_landlock_allow_port(ruleset, (uint16_t)zygote->settings.broker_port);
    if (result == 0)
        result = clinux_landlock_restrict(ruleset);
    int error = errno;
    close(ruleset);
    errno = error;
    if (result == 0)
        zygote->report.enforced |= ZYGOTE_LANDLOCK;
    return result;
}

int zygote_restrict_files(struct zygote *zygote)
{
    if (drop_capabilities(zygote) != 0)
        return ZYGOTE_DROP_CAPABILITIES;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return ZYGOTE_NO_NEW_PRIVILEGES;
    if (!zygote_leaves_out(zygote, ZYGOTE_LANDLOCK) && restrict_by_landlock(zygote) != 0)
        return ZYGOTE_RESTRICT_FILES;
    /* Identity changes are over: from here on no process of the same uid may look inside, and none
     * outlives the supervisor. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return ZYGOTE_NO_NEW_PRIVILEGES;
    return 0;
}

/* The courier waits for the number of the listener and sends it out. It was made before the filter, so
 * it may. The descriptor table is one for both: it closes nothing. */
static _Noreturn void carry(struct zygote *zygote)
{
    int listener;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
        /* Its own copy: the zygote waits for a request, and the supervisor would for the listener. */
        zygote->report.error = errno;
        zygote->report.stage = ZYGOTE_START_COURIER;
        zygote_send_report(&zygote->report, NULL, 0);
    } else if (zygote_read_all(zygote->courier[0], &listener, sizeof listener) == 0) {
        int both[] = {listener, zygote->broker};
        zygote_send_report(&zygote->report, both, zygote->broker < 0 ? 1 : 2);
    }
    zygote_exit(0);
}

static int start_courier(struct zygote *zygote)
{
    /* Nobody waits for the courier. Script processes are the supervisor's and not affected. */
    if (signal(SIGCHLD, SIG_IGN) == SIG_ERR || pipe2(zygote->courier, O_CLOEXEC) != 0)
        return -1;
    long pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0L, 0L, 0L, 0L);
    if (pid == 0)
        carry(zygote);
    return pid < 0 ? -1 : 0;
}

int zygote_install_filter(struct zygote *zygote)
{
    if (!zygote_leaves_out(zygote, ZYGOTE_SECCOMP))
        zygote->report.enforced |= ZYGOTE_SECCOMP;
    zygote->report.stage = ZYGOTE_LOCKED;
    if (start_courier(zygote) != 0)
        return ZYGOTE_START_COURIER;
    zygote->listener =
        clinux_seccomp_install(zygote->settings.filter, zygote->settings.filter_length);
    if (zygote->listener < 0)
        return ZYGOTE_INSTALL_FILTER;
    if (zygote_write_all(zygote->courier[1], &zygote->listener, sizeof zygote->listener) != 0)
        return ZYGOTE_INSTALL_FILTER;
    return 0;
}

/* The supervisor asks for nothing before it has the listener, so that the first request says that the
 * courier is done. No script process may inherit these. */
void zygote_forget_listener(const struct zygote *zygote)
{
    close(zygote->listener);
    if (zygote->broker >= 0)
        close(zygote->broker);
    close(zygote->courier[0]);
    close(zygote->courier[1]);
}
