#ifndef SLUICE_PROBE_H
#define SLUICE_PROBE_H

#include <stddef.h>

#define PROBE_REPORT 60

/* `getppid` answers EPERM under this filter, and everything else of this machine's own works. */
struct probe_filter {
    unsigned char bytes[4096];
    size_t length;
};

struct probe_answer {
    int error; /* 0 it works, above 0 an errno, -1 the detail says what is wrong */
    char detail[320];
};

struct probe {
    const char *name;
    void (*run)(const struct probe_filter *filter, struct probe_answer *answer);
};

/* Ends with a probe without a name. */
extern const struct probe probes[];

#endif
