/* The embedded interpreter: how it starts, and the runner that it has loaded. */
#ifndef SLUICE_INTERPRETER_H
#define SLUICE_INTERPRETER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Isolated, without site, without signal handlers, UTF-8. 0, or -1. */
int interpreter_start(void);
/* The embedded runner.py as a module; NULL with a Python error set. */
PyObject *interpreter_load_runner(void);
/* Moves everything alive out of the collector's sight: pages that it never writes stay shared. */
int interpreter_freeze(void);
void interpreter_fill_pools(void);

#endif
