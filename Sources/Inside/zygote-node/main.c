/* Theory of operation
 *
 * Node is a program and not a library here: it cannot be warm before a fork. This zygote therefore
 * starts no engine at all. It locks itself up as the others do, and each of its children, once it is set
 * up like every script process and has seen that refused calls are refused, becomes Node:
 *
 *   start     before the lock: the runner's files into a sealed memory file, which every child inherits
 *   become    in each child: execve of the profile's program. The filter, Landlock, namespaces, limits and
 *             no_new_privs stay; dumpable does not, and Node cannot clear it.
 *
 * Between execve and readiness Node runs its own start and our bootstrap (Runners/node), no byte of a
 * user: in that time the supervisor lets pass what only a start needs (executable mappings of files, the
 * thread pointer), and never again. JavaScript says that it is ready, by kill(2) with a magic number,
 * and finds its descriptors 0 to 3 in place.
 *
 * --jitless: V8 makes no machine code, so nothing becomes executable after the start, and WebAssembly
 * does not exist.
 */
#include "runners.h"
#include "zygote_engine.h"
#include "zygote_protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where node/boot.js reads the runner's files; above what Node opens by itself. */
enum { NODE_RUNNER_DESCRIPTOR = 50, RESERVED_FOR_NODE = 64 };

static int write_runner(int file)
{
    for (size_t index = 0; index < runner_node_count; index++) {
        const struct runner_part *part = &runner_node[index];
        if (dprintf(file, "%s %s %zu\n", part->kind, part->file.name, part->file.length) < 0)
            return -1;
    }
    if (dprintf(file, "\n") < 0)
        return -1;
    for (size_t index = 0; index < runner_node_count; index++) {
        const struct runner_file *part = &runner_node[index].file;
        if (write(file, part->start, part->length) != (ssize_t)part->length)
            return -1;
    }
    return 0;
}

static int start(const char *modules)
{
    (void)modules;
    int file = memfd_create("runner", MFD_ALLOW_SEALING);
    /* SECURITY: sealed, for the file is one for all children. */
    if (file < 0 || write_runner(file) != 0 ||
        fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0 ||
        dup2(file, NODE_RUNNER_DESCRIPTOR) < 0 || close(file) != 0)
        return -1;
    /* Node needs its standard streams at the start, and must put nothing of its own at 3. */
    for (int descriptor = 0; descriptor <= 3; descriptor++)
        if (fcntl(descriptor, F_SETFD, 0) != 0)
            return -1;
    return 0;
}

static void after_fork(const unsigned char seed[64]) { (void)seed; }

static void warm(void) {}

static void run(const struct zygote_job *job, struct zygote_result *result)
{
    (void)job;
    (void)result;
}

/* RLIMIT_DATA bounds the whole; the heap's own limit lets V8 collect, and give up, before it. */
static unsigned long long heap_mebibytes(const struct zygote_settings *settings)
{
    unsigned long long all = settings->memory_bytes >> 20;
    return all > RESERVED_FOR_NODE * 2 ? all - RESERVED_FOR_NODE : all / 2;
}

static void become(const struct zygote_settings *settings)
{
    char heap[48];
    /* Where there is a file that Landlock hides, OpenSSL ends the program; where there is none, it goes
     * on. The boot script takes the name away again. */
    char *environment[] = {(char[]){"OPENSSL_CONF=/no-such-file"}, NULL};
    char checked[] = "checked", unchecked[] = "unchecked", oldest[12];
    char *arguments[] = {
        (char[]){"node"},
        (char[]){"--jitless"},
        (char[]){"--no-expose-wasm"}, /* implied, but for a warning */
        (char[]){"--v8-pool-size=1"},
        (char[]){"--no-addons"},
        heap,
        (char[]){"-e"},
        (char *)(uintptr_t)runner_node_boot,
        settings->leave_out & ZYGOTE_SECCOMP ? unchecked : checked,
        oldest,
        NULL,
    };
    snprintf(oldest, sizeof oldest, "%d", ZYGOTE_OLDEST_NODE);
    snprintf(heap, sizeof heap, "--max-old-space-size=%llu", heap_mebibytes(settings));
    if (settings->bind_count == 0) {
        errno = ENOENT;
        return;
    }
    execve(settings->binds[0], arguments, environment);
}

static const struct zygote_engine node_engine = {"node", start, after_fork, warm, run, become, NULL};

int main(int argc, char **argv);
int main(int argc, char **argv)
{
    zygote_main(&node_engine, argc, argv);
}
