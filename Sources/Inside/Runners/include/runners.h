/* The bootstraps of the script languages, embedded as text. */
#ifndef SLUICE_RUNNERS_H
#define SLUICE_RUNNERS_H

#include <stddef.h>

struct runner_file {
    const char *name;
    const unsigned char *start;
    size_t length;
};

/* One Python source: the files of python/ one after the other. */
extern const unsigned char runner_python[];
extern const size_t runner_python_length;

/* The runner proper: scripts for the runner's realm, in order. The last one's value is the face. */
extern const struct runner_file runner_javascript[];
extern const size_t runner_javascript_count;

/* What a script finds: each file is one function that adds globals to the script's realm. */
extern const struct runner_file runner_javascript_globals[];
extern const size_t runner_javascript_globals_count;

/* For Node: the text of `node -e`, which reads the other files from a descriptor. */
extern const unsigned char runner_node_boot[];

struct runner_part {
    const char *kind; /* "realm", "face" or "globals": what node/boot.js does with it */
    struct runner_file file;
};
extern const struct runner_part runner_node[];
extern const size_t runner_node_count;

#endif
