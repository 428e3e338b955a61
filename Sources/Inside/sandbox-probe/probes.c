#include "probe.h"
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include <grp.h>

enum { NOBODY = 65534 };

static void works(struct probe_answer *answer, const char *detail)
{
    answer->error = 0;
    snprintf(answer->detail, sizeof answer->detail, "%s", detail);
}

/* errno is read before anything else can change it. */
static void fails(struct probe_answer *answer, const char *detail)
{
    answer->error = errno;
    snprintf(answer->detail, sizeof answer->detail, "%s", detail);
}

static void differs(struct probe_answer *answer, const char *detail)
{
    answer->error = -1;
    snprintf(answer->detail, sizeof answer->detail, "%s", detail);
}

/* The first line of a small file, without its newline; "absent" when it cannot be read. */
static void first_line(const char *path, char *text, size_t size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? -1 : read(file, text, size - 1);
    if (file >= 0)
        close(file);
    if (count < 0) {
        snprintf(text, size, "absent");
        return;
    }
    text[count] = 0;
    for (char *place = text; *place; place++)
        if (*place == '\n' || *place == '\t') {
            *place = 0;
            break;
        }
}

static void kernel(const struct probe_filter *filter, struct probe_answer *answer)
{
    struct utsname name;
    char text[160];
    (void)filter;
    if (uname(&name) != 0)
        return fails(answer, "uname");
    snprintf(text, sizeof text, "Linux %.60s %.20s, uid %u", name.release, name.machine, geteuid());
    works(answer, text);
}

static void actions(const struct probe_filter *filter, struct probe_answer *answer)
{
    char text[200];
    (void)filter;
    first_line("/proc/sys/kernel/seccomp/actions_avail", text, sizeof text);
    if (strstr(text, "kill_process") && strstr(text, "errno") && strstr(text, "user_notif"))
        works(answer, text);
    else
        differs(answer, text);
}

static int install(const struct probe_filter *filter)
{
    struct sock_fprog program = {
        (unsigned short)(filter->length / 8), (struct sock_filter *)(uintptr_t)filter->bytes};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

static void no_new_privileges(const struct probe_filter *filter, struct probe_answer *answer)
{
    (void)filter;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fails(answer, "prctl(PR_SET_NO_NEW_PRIVS)");
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        return differs(answer, "the bit reads back as 0");
    works(answer, "");
}

static void filters(const struct probe_filter *filter, struct probe_answer *answer)
{
    if (install(filter) != 0)
        return fails(answer, "seccomp(SECCOMP_SET_MODE_FILTER)");
    if (syscall(SYS_getppid) != -1 || errno != EPERM)
        return differs(answer, "a refused call was made all the same");
    if (syscall(9999) != -1 || errno != ENOSYS)
        return differs(answer, "a call above the newest known one does not answer ENOSYS");
    if (getpid() <= 0)
        return differs(answer, "an allowed call does not work");
    works(answer, "");
}

/* Runs `body` in a process under the filter; the wait status. */
static int status_under(const struct probe_filter *filter, void (*body)(void))
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (install(filter) != 0)
            _exit(2);
        body();
        _exit(1);
    }
    return child < 0 || waitpid(child, &status, 0) < 0 ? -1 : status;
}

static void expect_killed(int status, struct probe_answer *answer)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        works(answer, "");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV)
        works(answer, "the kernel has no such entry at all");
    else
        differs(answer, "the process lived on");
}

#ifdef __x86_64__
static void call_by_interrupt(void)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L /* getpid of i386 */) : "memory");
    _exit(result == -ENOSYS ? 3 : 1);
}

static void call_by_x32(void) { syscall(0x40000000L | SYS_getpid); }

static void foreign_calls(const struct probe_filter *filter, struct probe_answer *answer)
{
    expect_killed(status_under(filter, call_by_interrupt), answer);
}

static void x32_calls(const struct probe_filter *filter, struct probe_answer *answer)
{
    expect_killed(status_under(filter, call_by_x32), answer);
}
#endif

static void listener(const struct probe_filter *filter, struct probe_answer *answer)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fails(answer, "prctl(PR_SET_NO_NEW_PRIVS)");
    if (clinux_seccomp_install(filter->bytes, filter->length) < 0)
        return fails(answer, "a filter with a listener");
    works(answer, "");
}

static void landlock(const struct probe_filter *filter, struct probe_answer *answer)
{
    struct clinux_landlock_rights rights;
    char text[40];
    (void)filter;
    if (clinux_landlock_rights(&rights) != 0)
        return fails(answer, "landlock_create_ruleset");
    int ruleset = clinux_landlock_create(&rights);
    if (ruleset < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        clinux_landlock_restrict(ruleset) != 0)
        return fails(answer, "landlock_restrict_self");
    if (open("/", O_RDONLY | O_DIRECTORY) != -1 || errno != EACCES)
        return differs(answer, "a refused folder was opened all the same");
    snprintf(text, sizeof text, "ABI %d", rights.abi);
    works(answer, text);
}

/* Whether root here is an ordinary user outside: a namespace that leaves out some users. */
static int is_in_small_namespace(void)
{
    char text[64];
    unsigned inside, outside, count;
    first_line("/proc/self/uid_map", text, sizeof text);
    return sscanf(text, "%u %u %u", &inside, &outside, &count) == 3 && count != 4294967295u;
}

/* As the zygotes do. A namespace that maps one user alone has no other to become; its root is none
 * outside. */
static int become_nobody(void)
{
    if (geteuid() != 0)
        return 0;
    int is_small = is_in_small_namespace();
    if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
        setresuid(NOBODY, NOBODY, NOBODY) != 0)
        return is_small && (errno == EINVAL || errno == EPERM) ? 0 : -1;
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static int write_map(const char *path, unsigned id)
{
    char text[40];
    int file = open(path, O_WRONLY | O_CLOEXEC);
    int length = snprintf(text, sizeof text, "%d %u 1\n", (int)NOBODY, id);
    if (file < 0)
        return -1;
    return write(file, text, (size_t)length) == length ? 0 : -1;
}

static void identity(const struct probe_filter *filter, struct probe_answer *answer)
{
    (void)filter;
    if (become_nobody() != 0)
        return fails(answer, "setresuid to a user that is not root");
    if (geteuid() == 0)
        return works(answer, "root of a namespace with one user, who is not root outside");
    if (setresuid(0, 0, 0) != -1)
        return differs(answer, "root came back");
    works(answer, "");
}

static int enter_user_namespace(struct probe_answer *answer)
{
    if (become_nobody() != 0) {
        fails(answer, "setresuid to a user that is not root");
        return -1;
    }
    unsigned user = geteuid();
    if (unshare(CLONE_NEWUSER) != 0) {
        fails(answer, "unshare(CLONE_NEWUSER)");
        return -1;
    }
    if (write_map("/proc/self/uid_map", user) != 0) {
        fails(answer, "writing uid_map");
        return -1;
    }
    return 0;
}

static void namespaces(const struct probe_filter *filter, struct probe_answer *answer)
{
    static const struct {
        int flag;
        const char *name;
    } kinds[] = {{CLONE_NEWNS, "mount"}, {CLONE_NEWNET, "net"}, {CLONE_NEWIPC, "ipc"},
        {CLONE_NEWUTS, "uts"}, {CLONE_NEWCGROUP, "cgroup"}, {CLONE_NEWPID, "pid"}};
    (void)filter;
    if (enter_user_namespace(answer) != 0)
        return;
    for (size_t index = 0; index < sizeof kinds / sizeof *kinds; index++)
        if (unshare(kinds[index].flag) != 0)
            return fails(answer, kinds[index].name);
    works(answer, "user, mount, net, ipc, uts, cgroup, pid");
}

static void capabilities(const struct probe_filter *filter, struct probe_answer *answer)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2], now[2];
    (void)filter;
    memset(none, 0, sizeof none);
    if (syscall(SYS_capset, &header, none) != 0)
        return fails(answer, "capset");
    if (syscall(SYS_capget, &header, now) != 0)
        return fails(answer, "capget");
    for (int word = 0; word < 2; word++)
        if (now[word].effective || now[word].permitted || now[word].inheritable)
            return differs(answer, "a capability is left");
    if (syscall(SYS_capset, &header, &(struct __user_cap_data_struct[2]){{1, 1, 0}, {0, 0, 0}}) == 0)
        return differs(answer, "a capability came back");
    works(answer, "");
}

static void limits(const struct probe_filter *filter, struct probe_answer *answer)
{
    struct rlimit space = {64u << 20, 64u << 20}, none = {0, 0};
    (void)filter;
    if (setrlimit(RLIMIT_AS, &space) != 0 || setrlimit(RLIMIT_FSIZE, &none) != 0)
        return fails(answer, "setrlimit");
    if (mmap(NULL, 128u << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        return differs(answer, "more memory was given than the limit");
    works(answer, "");
}

/* Settings of the machine that do not decide, but that its owner should know. */
static void settings(const struct probe_filter *filter, struct probe_answer *answer)
{
    static const struct {
        const char *name, *path;
    } kinds[] = {{"core_pattern", "/proc/sys/kernel/core_pattern"},
        {"suid_dumpable", "/proc/sys/fs/suid_dumpable"},
        {"ptrace_scope", "/proc/sys/kernel/yama/ptrace_scope"},
        {"io_uring_disabled", "/proc/sys/kernel/io_uring_disabled"},
        {"unprivileged_bpf_disabled", "/proc/sys/kernel/unprivileged_bpf_disabled"},
        {"legacy_tiocsti", "/proc/sys/dev/tty/legacy_tiocsti"},
        {"max_user_namespaces", "/proc/sys/user/max_user_namespaces"},
        {"randomize_va_space", "/proc/sys/kernel/randomize_va_space"}};
    char text[sizeof answer->detail] = "";
    size_t used = 0;
    (void)filter;
    for (size_t index = 0; index < sizeof kinds / sizeof *kinds; index++) {
        char value[40];
        first_line(kinds[index].path, value, sizeof value);
        int count = snprintf(text + used, sizeof text - used, "%s%s=%s", index ? ", " : "",
            kinds[index].name, value);
        if (count < 0 || (size_t)count >= sizeof text - used)
            break;
        used += (size_t)count;
    }
    works(answer, text);
}

const struct probe probes[] = {
    {"kernel", kernel}, {"seccomp-actions", actions}, {"no-new-privileges", no_new_privileges},
    {"filter", filters},
#ifdef __x86_64__
    {"foreign-calls", foreign_calls}, {"x32-calls", x32_calls},
#endif
    {"listener", listener}, {"landlock", landlock}, {"identity", identity},
    {"namespaces", namespaces}, {"capabilities", capabilities}, {"limits", limits},
    {"settings", settings}, {NULL, NULL},
};
