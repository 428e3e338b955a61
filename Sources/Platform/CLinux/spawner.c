#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

/* The thread that starts processes, and the one request that it is working on. */
static struct spawner {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int is_started;
    const struct clinux_spawn *_Nullable request;
    int is_done;
    pid_t pid;
    int error;
} spawner = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static int describe(
    const struct clinux_spawn *request, posix_spawn_file_actions_t *actions,
    posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    int error = posix_spawnattr_setsigmask(attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(attributes, &all);
    if (!error) error = posix_spawnattr_setpgroup(attributes, 0);
    if (!error) error = posix_spawnattr_setflags(attributes, flags);
    if (!error && request->folder >= 0)
        error = posix_spawn_file_actions_addfchdir_np(actions, request->folder);
    /* 2 first: putting the target in place may close what was to become 2. */
    if (!error && request->error_output >= 0)
        error = posix_spawn_file_actions_adddup2(actions, request->error_output, 2);
    if (!error && request->output >= 0)
        error = posix_spawn_file_actions_adddup2(actions, request->output, 1);
    if (!error)
        error = posix_spawn_file_actions_adddup2(actions, request->descriptor, request->target);
    if (!error)
        error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDWR, 0);
    if (!error && request->output < 0) error = posix_spawn_file_actions_adddup2(actions, 0, 1);
    if (!error && request->error_output < 0)
        error = posix_spawn_file_actions_adddup2(actions, 0, 2);
    for (int number = 3; !error && number < request->target; number++)
        error = posix_spawn_file_actions_addclose(actions, number);
    if (!error)
        error = posix_spawn_file_actions_addclosefrom_np(actions, request->target + 1);
    return error;
}

static int start(const struct clinux_spawn *request, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (!error) {
        error = describe(request, &actions, &attributes);
        if (!error)
            error = posix_spawn(
                pid, request->path, &actions, &attributes, request->arguments,
                request->environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static void serve(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&spawner.lock);
    for (;;) {
        while (spawner.request == NULL || spawner.is_done)
            pthread_cond_wait(&spawner.changed, &spawner.lock);
        spawner.error = start(spawner.request, &spawner.pid);
        spawner.is_done = 1;
        pthread_cond_broadcast(&spawner.changed);
    }
}

pid_t clinux_spawn(const struct clinux_spawn *request)
{
    pthread_mutex_lock(&spawner.lock);
    if (!spawner.is_started) {
        if (clinux_start_thread("sluice-spawner", serve, NULL) != 0) {
            int error = errno;
            pthread_mutex_unlock(&spawner.lock);
            errno = error;
            return -1;
        }
        spawner.is_started = 1;
    }
    while (spawner.request != NULL)
        pthread_cond_wait(&spawner.changed, &spawner.lock);
    spawner.request = request;
    pthread_cond_broadcast(&spawner.changed);
    while (!spawner.is_done)
        pthread_cond_wait(&spawner.changed, &spawner.lock);
    pid_t pid = spawner.error == 0 ? spawner.pid : -1;
    int error = spawner.error;
    spawner.request = NULL;
    spawner.is_done = 0;
    pthread_cond_broadcast(&spawner.changed);
    pthread_mutex_unlock(&spawner.lock);
    errno = error;
    return pid;
}
