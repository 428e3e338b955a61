/* Theory of operation
 *
 * A zygote is a warm language engine that locks itself in a box and then does one thing for ever: it
 * forks. Each fork becomes a script process, runs one script, and ends. Three processes take part:
 *
 *   supervisor   the Swift host. Started the zygote, owns every script process (CLONE_PARENT makes
 *                them its own children), answers every system call that the filter stops, holds the
 *                other ends of all pipes. Trusted.
 *   zygote       this program until its fork. As root of a user namespace it keeps CAP_SYS_ADMIN
 *                for CLONE_NEWPID; its kernel uid is not root. Sees no byte of any user. Trusted
 *                until it forks, and then locked up with its children all the same.
 *   script       a fork. No capability, no file but what the profile names, no network. Untrusted
 *                from the moment it reads its job.
 *
 * The order below was measured and matters; every step is checked, and a step that does not work is
 * reported as its stage and errno, after which the zygote ends. Nothing degrades by itself: what to
 * leave out is the supervisor's decision, made before it starts a zygote.
 *
 *    1  settings arrive on descriptor 60, the only one open
 *    2  a kernel identity that is not root
 *    3  user, mount, net, ipc, uts and cgroup namespaces: before the engine, which may start threads
 *       for a moment, and not pid: CLONE_PARENT from the first process of a pid namespace is refused
 *    4  descriptors 0 to 9 are occupied, so that the engine keeps none of them for itself; a profile
 *       with a network gets one listening socket on the loopback of its own network namespace, where
 *       nothing else is, which leaves with the report: the egress broker accepts on it from outside
 *    5  the engine starts, loads everything, runs something harmless and freezes its heap, which then
 *       moves into large pages
 *    6  an empty read-only root that holds only the files of the profile
 *    7  limits, capabilities, no_new_privs, Landlock
 *    8  the filter. Its bytes come from the supervisor; it is the script's own list, and there is no
 *       other. The listener leaves through the courier, a process made just before, which shares the
 *       descriptor table and is not under the filter
 *    9  read a request, clone, and again
 *
 * From step 8 on the zygote makes only the calls read, write, close and clone. Clone is not in the list:
 * it reaches the supervisor, which lets it through for this pid and these exact flags.
 *
 * A script process (script.c) binds itself to the supervisor's life, drops the last capability, sets
 * limits of its own, reseeds the engine, warms its pages, checks that refused calls are refused, and
 * says that it is ready by a call that no filter allows. The supervisor then puts descriptors 0 to 3
 * into it: 0 the job, 1 and 2 the logs, 3 the result. Only then do a user's bytes arrive.
 */
#include "zygote.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void end_as_aborted(int signal)
{
    (void)signal;
    zygote_exit(ZYGOTE_ABORTED);
}

/* A process that is first in its pid namespace ignores signals that have no handler, SIGABRT too. */
static int prepare_signals(void)
{
    struct sigaction abort_action = {.sa_handler = end_as_aborted};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    if (sigaction(SIGABRT, &abort_action, NULL) != 0 || sigaction(SIGPIPE, &ignore, NULL) != 0)
        return ZYGOTE_START_ENGINE;
    return 0;
}

/* Large pages take a while to fill: worth it for who forks often. */
static void enlarge(const struct zygote_engine *engine)
{
    if (engine->library != NULL)
        zygote_enlarge_code(engine->library);
    zygote_enlarge_pages();
}

static int start_engine(struct zygote *zygote)
{
    int is_for_few = getenv("SLUICE_FEW_RUNS") != NULL;
    (void)unsetenv("SLUICE_FEW_RUNS"); /* no script's business */
    (void)unsetenv("LD_BIND_NOW");
    if (zygote->engine->start(zygote->settings.modules) != 0) {
        if (errno == 0)
            errno = EPROTO;
        return ZYGOTE_START_ENGINE;
    }
    if (!is_for_few)
        enlarge(zygote->engine);
    return prepare_signals();
}

static int prepare(struct zygote *zygote)
{
    int stage = zygote_take_settings(zygote);
    if (!stage) stage = zygote_change_identity(zygote);
    if (!stage) stage = zygote_enter_namespaces(zygote);
    if (!stage) stage = zygote_reserve_descriptors();
    if (!stage) stage = zygote_open_broker_port(zygote);
    if (!stage) stage = start_engine(zygote);
    if (!stage) stage = zygote_measure_engine(zygote);
    if (!stage) stage = zygote_enter_root(zygote);
    if (!stage) stage = zygote_limit_resources(zygote);
    if (!stage) stage = zygote_restrict_files(zygote);
    if (!stage) stage = zygote_release_descriptors();
    if (!stage) stage = zygote_install_filter(zygote);
    return stage;
}

static _Noreturn void serve(struct zygote *zygote)
{
    unsigned long flags = CLONE_PARENT | SIGCHLD;
    if (!zygote_leaves_out(zygote, ZYGOTE_NAMESPACES))
        flags |= CLONE_NEWPID;
    struct zygote_requests requests;
    int is_wanted = zygote_await_requests(&requests);
    zygote_forget_listener(zygote);
    for (;; is_wanted = zygote_await_requests(&requests)) {
        if (!is_wanted)
            zygote_exit(0);
        for (size_t index = 0; index < requests.count; index++) {
            /* Five zeros: the order of the others differs between architectures. */
            long pid = syscall(SYS_clone, flags, 0L, 0L, 0L, 0L);
            if (pid == 0)
                zygote_become_script(zygote, requests.kinds[index]);
            if (pid < 0)
                zygote_exit(1); /* the supervisor sees the end and starts another zygote */
        }
    }
}

_Noreturn void zygote_main(const struct zygote_engine *engine, int argc, char **argv)
{
    static struct zygote zygote;
    (void)argc;
    (void)argv;
    zygote.engine = engine;
    zygote.broker = -1;
    zygote.report.magic = ZYGOTE_REPORT_MAGIC;
    int stage = prepare(&zygote);
    if (stage) {
        zygote.report.error = errno;
        zygote.report.stage = (uint32_t)stage;
        zygote_send_report(&zygote.report, NULL, 0);
        zygote_exit(1);
    }
    serve(&zygote);
}
