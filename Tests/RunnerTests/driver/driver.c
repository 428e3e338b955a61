/* Runs one job outside the sandbox, for the tests of the runners: the engine's own functions in the
 * order in which a zygote and its child call them, in one process.
 *
 *   driver [--frame FD] [--seed N] [--modules NAMES] OPTIONS SOURCE INPUT CONTEXT [PATH SOURCE]...      (all but PATH name files)
 *
 * Writes kind and payload to the descriptor of --frame (3 unless told). */
#include "zygote_engine.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct zygote_bytes read_file(const char *path)
{
    int file = open(path, O_RDONLY);
    if (file < 0) {
        perror(path);
        exit(2);
    }
    size_t size = 0, capacity = 1 << 16;
    unsigned char *bytes = malloc(capacity);
    for (ssize_t got; (got = read(file, bytes + size, capacity - size)) > 0;) {
        size += (size_t)got;
        if (size == capacity)
            bytes = realloc(bytes, capacity *= 2);
    }
    close(file);
    return (struct zygote_bytes){bytes, size};
}

void zygote_log(int descriptor, struct zygote_bytes text)
{
    for (size_t at = 0; at < text.length;) {
        ssize_t wrote = write(descriptor, text.start + at, text.length - at);
        if (wrote <= 0)
            return;
        at += (size_t)wrote;
    }
}

_Noreturn void zygote_end(uint32_t status) { _exit((int)status); }

_Noreturn void zygote_main(const struct zygote_engine *engine, int argc, char **argv)
{
    unsigned char seed[64];
    memset(seed, 7, sizeof seed);
    const char *modules_to_load = "";
    int frame = 3;
    for (; argc > 2 && strncmp(argv[1], "--", 2) == 0; argc -= 2, argv += 2) {
        if (strcmp(argv[1], "--seed") == 0)
            memset(seed, atoi(argv[2]), sizeof seed);
        else if (strcmp(argv[1], "--modules") == 0)
            modules_to_load = argv[2];
        else
            frame = atoi(argv[2]);
    }
    if (argc < 5)
        _exit(2);
    if (engine->start(modules_to_load) != 0) {
        perror("start");
        _exit(3);
    }
    engine->after_fork(seed);
    engine->warm();
    engine->after_fork(seed);

    static struct zygote_module modules[256];
    size_t count = 0;
    for (int at = 5; at + 1 < argc && count < 256; at += 2, count++)
        modules[count] = (struct zygote_module){
            {(const unsigned char *)argv[at], strlen(argv[at])}, read_file(argv[at + 1])};
    struct zygote_job job = {read_file(argv[1]), read_file(argv[2]), read_file(argv[3]),
                             read_file(argv[4]), modules, count};
    struct zygote_result result = {0, {NULL, 0}};
    engine->run(&job, &result);
    dprintf(frame, "%u ", result.kind);
    zygote_log(frame, result.payload);
    _exit(0);
}
