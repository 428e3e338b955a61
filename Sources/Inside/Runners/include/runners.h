/* The bootstraps of the script languages, embedded as text. */
#ifndef SLUICE_RUNNERS_H
#define SLUICE_RUNNERS_H

#include <stddef.h>

extern const unsigned char runner_python[];
extern const size_t runner_python_length;
extern const unsigned char runner_javascript[];
extern const size_t runner_javascript_length;

#endif
