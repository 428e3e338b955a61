/* What a language brings to the common core. The core forks, locks down and talks to the supervisor;
 * an engine only runs scripts. */
#ifndef SLUICE_ZYGOTE_ENGINE_H
#define SLUICE_ZYGOTE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

struct zygote_bytes {
    const unsigned char *_Nullable start;
    size_t length;
};

struct zygote_module {
    struct zygote_bytes path;
    struct zygote_bytes source;
};

/* One script with everything it gets. The bytes live until the process ends. */
struct zygote_job {
    struct zygote_bytes options; /* JSON: {"file", "style", "mode", "profile", "output", "depth"} */
    struct zygote_bytes source;
    struct zygote_bytes input;   /* JSON, checked by the supervisor */
    struct zygote_bytes context; /* JSON, or empty */
    const struct zygote_module *_Nullable modules;
    size_t module_count;
};

struct zygote_result {
    uint32_t kind; /* enum zygote_result_kind */
    struct zygote_bytes payload;
};

struct zygote_settings;

struct zygote_engine {
    const char *name;
    /* Before the lock: start the interpreter, import the runner and the modules that the profile
     * names (by spaces, perhaps none), run one harmless script, freeze the heap. Must leave exactly
     * one thread. 0, or -1 with errno. */
    int (*start)(const char *modules);
    /* First thing in a new child: the runtime's own fork hooks and fresh seeds for every generator. */
    void (*after_fork)(const unsigned char seed[_Nonnull 64]);
    /* In the child, before it is ready: one harmless run on throw-away scope, so that the pages a
     * run touches are already copied. */
    void (*warm)(void);
    /* The script. Never returns without a result; may not return at all. */
    void (*run)(const struct zygote_job *job, struct zygote_result *result);
    /* Instead of all that follows its set-up, for a language that is a program: starts the program in
     * the child, which takes the job, gives the result, and says that it is ready, by itself. The
     * first bind is the program. Returns only on failure, with errno. */
    void (*_Nullable become)(const struct zygote_settings *settings);
    /* A part of the path of the library whose code is worth large pages of its own; NULL: none. */
    const char *_Nullable library;
};

/* Never returns. */
_Noreturn void zygote_main(const struct zygote_engine *engine, int argc, char *_Nonnull *_Nonnull argv);

/* Ends the script process with this status and without a result: `style: program` ends so. */
_Noreturn void zygote_end(uint32_t status);

/* Writes all of it to descriptor 1 or 2, giving up silently when nobody reads. */
void zygote_log(int descriptor, struct zygote_bytes text);

#pragma clang assume_nonnull end
#endif
