#include "clinux.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int clinux_pidfd_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int clinux_pidfd_kill(int pidfd, int signal)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, (void *)0, 0);
}

/* The system call has an argument that glibc's waitid hides: the usage of the child. */
static int wait_for(int kind, pid_t number, int options, siginfo_t *information, struct rusage *usage)
{
    memset(information, 0, sizeof *information);
    return (int)syscall(SYS_waitid, kind, number, information, options, usage);
}

int clinux_pidfd_reap(int pidfd, struct clinux_exit *exit)
{
    siginfo_t information;
    struct rusage usage;
    memset(&usage, 0, sizeof usage);
    if (wait_for(P_PIDFD, pidfd, WEXITED | WNOHANG, &information, &usage) != 0)
        return -1;
    if (information.si_pid == 0)
        return 0;
    exit->signal = information.si_code == CLD_EXITED ? 0 : information.si_status;
    exit->status = information.si_code == CLD_EXITED ? information.si_status : 0;
    exit->cpu_microseconds =
        (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
        (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    exit->peak_memory_bytes = (uint64_t)usage.ru_maxrss * 1024u;
    exit->minor_faults = (uint64_t)usage.ru_minflt;
    return 1;
}

int clinux_pidfd_is_child(int pidfd)
{
    siginfo_t information;
    int options = WEXITED | WNOHANG | WNOWAIT;
    if (wait_for(P_PIDFD, pidfd, options, &information, NULL) == 0)
        return 1;
    return errno == ECHILD ? 0 : -1;
}

int clinux_reap_group(pid_t group)
{
    siginfo_t information;
    for (;;) {
        if (wait_for(P_PGID, group, WEXITED | WNOHANG, &information, NULL) != 0)
            return errno == ECHILD ? 0 : -1;
        if (information.si_pid == 0)
            return 1;
    }
}

int64_t clinux_cpu_nanoseconds(pid_t pid)
{
    /* What clock_getcpuclockid(3) computes, without the call that it makes to check. */
    clockid_t clock = (clockid_t)(~(unsigned)pid << 3 | 2u);
    struct timespec time;
    if (clock_gettime(clock, &time) != 0)
        return -1;
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t clinux_fork_exit_wait(void)
{
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    if (pid < 0 || waitpid(pid, NULL, 0) != pid)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &after);
    return (after.tv_sec - before.tv_sec) * 1000000000 + (after.tv_nsec - before.tv_nsec);
}

int clinux_become_user(uint32_t number)
{
    if (setgroups(0, NULL) != 0 || setresgid(number, number, number) != 0)
        return -1;
    return setresuid(number, number, number);
}

int clinux_processor_count(void)
{
    cpu_set_t processors;

    CPU_ZERO(&processors);
    if (sched_getaffinity(0, sizeof processors, &processors) != 0)
        return 0;
    return CPU_COUNT(&processors);
}
