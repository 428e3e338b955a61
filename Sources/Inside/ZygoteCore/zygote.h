/* Inside the core: what its files share. */
#ifndef SLUICE_ZYGOTE_H
#define SLUICE_ZYGOTE_H

#include "zygote_engine.h"
#include "zygote_protocol.h"

#pragma clang assume_nonnull begin

/* All that a zygote knows; the only mutable state of the core. */
struct zygote {
    const struct zygote_engine *engine;
    struct zygote_settings settings;
    struct zygote_report report;
    int courier[2]; /* pipe that carries the number of the listener */
    int listener;
    int broker; /* listening socket that leaves with the report; -1 without a network */
};

/* Every function below answers 0, or the number of the stage that did not work, with errno set. */

/* identity.c */
int zygote_change_identity(struct zygote *zygote);
int zygote_enter_namespaces(struct zygote *zygote);
int zygote_keep_capability(int capability); /* -1: none at all */

/* network.c */
int zygote_open_broker_port(struct zygote *zygote);

/* root.c */
int zygote_enter_root(struct zygote *zygote);

/* descriptors.c */
int zygote_reserve_descriptors(void);
int zygote_measure_engine(struct zygote *zygote);
int zygote_release_descriptors(void);

/* lockdown.c */
int zygote_limit(unsigned resource, uint64_t value); /* soft and hard; 0, or -1 with errno */
int zygote_limit_resources(struct zygote *zygote);
int zygote_restrict_files(struct zygote *zygote);
int zygote_install_filter(struct zygote *zygote);
void zygote_forget_listener(const struct zygote *zygote);

/* pages.c */
void zygote_enlarge_pages(void); /* cannot fail: where there are none, nothing changes */

/* code_pages.c */
/* Moves the code of a library into large pages of this process's own. Every script process then has all of
 * it mapped from its fork on, in a dozen entries, instead of finding it again with a hundred page faults.
 * Cannot fail either. */
void zygote_enlarge_code(const char *library);

/* messages.c */
int zygote_take_settings(struct zygote *zygote);
/* With the first `count` of `descriptors` attached. */
void zygote_send_report(
    const struct zygote_report *report, const int *_Nullable descriptors, unsigned count);

/* One message of the supervisor: for each script process that it wants, an enum zygote_request. */
struct zygote_requests {
    unsigned char kinds[ZYGOTE_REQUEST_COUNT];
    size_t count;
};
int zygote_await_requests(struct zygote_requests *requests); /* 0 when the supervisor is gone */
int zygote_read_all(int descriptor, void *buffer, size_t length);
int zygote_write_all(int descriptor, const void *buffer, size_t length);

/* job.c */
void zygote_warm_job(void);
/* 0, or -1 with the reason as the result. */
int zygote_take_job(struct zygote_job *job, struct zygote_result *result);
void zygote_give_result(const struct zygote_result *result);

/* script.c */
_Noreturn void zygote_become_script(struct zygote *zygote, unsigned char request);
_Noreturn void zygote_exit(uint32_t status);

static inline int zygote_leaves_out(const struct zygote *zygote, enum zygote_layer layer)
{
    return (zygote->settings.leave_out & (uint32_t)layer) != 0;
}

#pragma clang assume_nonnull end
#endif
