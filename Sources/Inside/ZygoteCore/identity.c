#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Inside the namespace everybody is nobody. */
enum { INSIDE_ID = 65534 };

int zygote_change_identity(struct zygote *zygote)
{
    gid_t id = zygote->settings.kernel_id;
    /* The supervisor kills the group of the zygote; this only covers the time until then. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return ZYGOTE_CHANGE_IDENTITY;
    if (id == 0)
        return 0;
    if (setgroups(0, NULL) != 0 || setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0)
        return ZYGOTE_CHANGE_IDENTITY;
    /* The change made /proc/self root's own, and the id maps are written there; it also cleared the
     * death signal. */
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return ZYGOTE_CHANGE_IDENTITY;
    return 0;
}

static int write_text(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    int result = zygote_write_all(file, text, strlen(text));
    int error = errno;
    close(file);
    errno = error;
    return result;
}

static int map_identity(unsigned user, unsigned group)
{
    char text[48];
    snprintf(text, sizeof text, "%u %u 1\n", (unsigned)INSIDE_ID, user);
    if (write_text("/proc/self/uid_map", text) != 0)
        return -1;
    /* Without this an unprivileged process may not write gid_map: user_namespaces(7). */
    if (write_text("/proc/self/setgroups", "deny") != 0)
        return -1;
    snprintf(text, sizeof text, "%u %u 1\n", (unsigned)INSIDE_ID, group);
    return write_text("/proc/self/gid_map", text);
}

int zygote_enter_namespaces(struct zygote *zygote)
{
    if (zygote_leaves_out(zygote, ZYGOTE_NAMESPACES))
        return 0;
    unsigned user = geteuid(), group = getegid();
    if (unshare(CLONE_NEWUSER) != 0)
        return ZYGOTE_USER_NAMESPACE;
    if (map_identity(user, group) != 0)
        return ZYGOTE_MAP_IDENTITY;
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) != 0)
        return ZYGOTE_OTHER_NAMESPACES;
    /* Only a name, which scripts can read by uname(2). */
    if (sethostname("sluice", 6) != 0)
        return ZYGOTE_OTHER_NAMESPACES;
    return 0;
}

int zygote_keep_capability(int capability)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    memset(sets, 0, sizeof sets);
    if (capability >= 0) {
        unsigned word = (unsigned)capability / 32;
        sets[word].effective = sets[word].permitted = 1u << (capability % 32);
    }
    return (int)syscall(SYS_capset, &header, sets);
}
