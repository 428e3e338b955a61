/* A script process, from its fork to its end. */
#include "zygote.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

_Noreturn void zygote_exit(uint32_t status)
{
    for (;;) {
        syscall(SYS_exit_group, status);
        __builtin_trap(); /* the supervisor is gone, and with it the answer to exit_group */
    }
}

_Noreturn void zygote_end(uint32_t status) { zygote_exit(status & 0xff); }

/* What went wrong travels in the status; no line of the script has run. */
static _Noreturn void give_up(enum zygote_stage stage)
{
    zygote_exit(
        ZYGOTE_SETUP_FAILURE | (uint32_t)stage << 12 | ((uint32_t)errno & 0xfffu));
}

static void limit_script(const struct zygote_settings *settings)
{
    rlim_t seconds = settings->cpu_seconds;
    /* Soft equal to hard: the first process of a pid namespace ignores SIGXCPU. */
    struct rlimit cpu = {seconds, seconds};
    if (setrlimit(RLIMIT_CPU, &cpu) != 0)
        give_up(ZYGOTE_CHILD_LIMITS);
    /* The supervisor counts the threads of a script that may have some; this only bounds them all. */
    uint32_t processes = settings->processes <= 1 ? 0 : settings->user_processes;
    if ((settings->processes <= 1 || processes > 0) && zygote_limit(RLIMIT_NPROC, processes) != 0)
        give_up(ZYGOTE_CHILD_LIMITS);
}

/* SECURITY: a script process in which these calls work would run without its filter. The errno must be
 * the supervisor's: without a filter the first would succeed, the others fail differently. */
static void check_refusals(void)
{
    errno = 0;
    if (socket(AF_NETLINK, SOCK_RAW, 0) != -1 || errno != EPERM)
        give_up(ZYGOTE_CHILD_SELF_TEST);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page != MAP_FAILED || errno != EPERM)
        give_up(ZYGOTE_CHILD_SELF_TEST);
    if (syscall(SYS_execve, NULL, NULL, NULL) != -1 || errno != EPERM)
        give_up(ZYGOTE_CHILD_SELF_TEST);
}

static void set_up(struct zygote *zygote, unsigned char request)
{
    unsigned char seed[64];
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        give_up(ZYGOTE_CHILD_PARENT_DEATH);
    if (zygote_keep_capability(-1) != 0)
        give_up(ZYGOTE_CHILD_CAPABILITIES);
    if (!zygote_leaves_out(zygote, ZYGOTE_LIMITS))
        limit_script(&zygote->settings);
    close(ZYGOTE_CONTROL);
    if (getrandom(seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        give_up(ZYGOTE_CHILD_SEED);
    zygote->engine->after_fork(seed);
    explicit_bzero(seed, sizeof seed);
    if (request != ZYGOTE_REQUEST_HURRIED) {
        zygote->engine->warm();
        zygote_warm_job();
    }
    if (!zygote_leaves_out(zygote, ZYGOTE_SECCOMP))
        check_refusals();
}

_Noreturn void zygote_become_script(struct zygote *zygote, unsigned char request)
{
    struct zygote_job job;
    struct zygote_result result = {0, {NULL, 0}};
    set_up(zygote, request);
    if (zygote->engine->become != NULL) {
        zygote->engine->become(&zygote->settings);
        give_up(ZYGOTE_CHILD_START_PROGRAM);
    }
    /* Returns when the supervisor has put descriptors 0 to 3 in place. */
    if (syscall(ZYGOTE_READY_CALL, ZYGOTE_READY_MAGIC, 0L, 0L) != 0)
        give_up(ZYGOTE_CHILD_READY);
    if (zygote_take_job(&job, &result) == 0)
        zygote->engine->run(&job, &result);
    zygote_give_result(&result);
    zygote_exit(0);
}
