/* The Python engine of a zygote: CPython, and the runner that knows how to run a script in it. */
#include "arenas.h"
#include "interpreter.h"
#include "zygote_engine.h"
#include "zygote_protocol.h"

#include <errno.h>
#include <string.h>

static struct runner {
    PyObject *warm_up;
    PyObject *serve;
    PyObject *after_fork;
} runner;

static int find_functions(PyObject *module)
{
    runner.warm_up = PyObject_GetAttrString(module, "warm_up");
    runner.serve = PyObject_GetAttrString(module, "serve");
    runner.after_fork = PyObject_GetAttrString(module, "after_fork");
    return runner.warm_up && runner.serve && runner.after_fork ? 0 : -1;
}

static int call_warm_up(void)
{
    PyObject *result = PyObject_CallNoArgs(runner.warm_up);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static int call_after_fork(const unsigned char seed[64])
{
    PyObject *result =
        PyObject_CallFunction(runner.after_fork, "y#", (const char *)seed, (Py_ssize_t)64);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* The interpreter rewrites code that has run a few times. What is left to rewrite, every script process
 * would have to copy first. */
static int warm_until_still(void)
{
    unsigned char seed[64] = {0};
    for (int run = 0; run < 24; run++)
        if (call_after_fork(seed) != 0 || call_warm_up() != 0)
            return -1;
    return 0;
}

/* The packages that the profile names, beside those that every script has. */
static int load_packages(PyObject *module, const char *names)
{
    PyObject *result = PyObject_CallMethod(module, "load_packages", "s", names);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static int start(const char *modules)
{
    if (interpreter_start() != 0) {
        errno = ENOEXEC;
        return -1;
    }
    PyObject *module = interpreter_load_runner();
    if (module == NULL || find_functions(module) != 0 ||
        load_packages(module, modules) != 0 || warm_until_still() != 0 || interpreter_freeze() != 0) {
        PyErr_Print(); /* to descriptor 2, where a person who builds a runner can see it */
        errno = ENOEXEC;
        return -1;
    }
    interpreter_fill_pools();
    arenas_close();
    return 0;
}

static void after_fork(const unsigned char seed[64])
{
    PyOS_AfterFork_Child();
    if (call_after_fork(seed) != 0)
        Py_FatalError("the runner could not seed its generators");
}

static void warm(void)
{
    if (call_warm_up() != 0)
        Py_FatalError("the runner could not warm up");
}

static PyObject *bytes_of(struct zygote_bytes bytes)
{
    return PyBytes_FromStringAndSize((const char *)bytes.start, (Py_ssize_t)bytes.length);
}

static PyObject *modules_of(const struct zygote_job *job)
{
    PyObject *list = PyList_New((Py_ssize_t)job->module_count);
    for (size_t index = 0; list != NULL && index < job->module_count; index++) {
        struct zygote_bytes path = job->modules[index].path;
        PyObject *pair = Py_BuildValue(
            "(s#N)", (const char *)path.start, (Py_ssize_t)path.length,
            bytes_of(job->modules[index].source));
        if (pair == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, (Py_ssize_t)index, pair);
    }
    return list;
}

/* What the runner itself could not catch: in practice, no memory left for its own report. */
static void report_escaped_error(struct zygote_result *result)
{
    static const char memory[] =
        "{\"type\":\"MemoryError\",\"message\":\"out of memory\",\"line\":null,\"traceback\":null}";
    static const char other[] =
        "{\"type\":\"RunnerError\",\"message\":\"the script broke the runner around it\","
        "\"line\":null,\"traceback\":null}";
    int is_memory = PyErr_ExceptionMatches(PyExc_MemoryError);
    const char *text = is_memory ? memory : other;
    result->kind = is_memory ? ZYGOTE_OUT_OF_MEMORY : ZYGOTE_RAISED;
    result->payload = (struct zygote_bytes){(const unsigned char *)text, strlen(text)};
    PyErr_Clear();
}

static void run(const struct zygote_job *job, struct zygote_result *result)
{
    unsigned int kind;
    PyObject *payload; /* never released: the process ends with it */
    PyObject *answer = PyObject_CallFunction(
        runner.serve, "NNNNN", bytes_of(job->options), bytes_of(job->source), modules_of(job),
        bytes_of(job->input), bytes_of(job->context));
    if (answer == NULL || !PyArg_ParseTuple(answer, "IS", &kind, &payload)) {
        report_escaped_error(result);
        return;
    }
    result->kind = kind;
    result->payload = (struct zygote_bytes){
        (const unsigned char *)PyBytes_AS_STRING(payload), (size_t)PyBytes_GET_SIZE(payload)};
}

int main(int argc, char **argv);
int main(int argc, char **argv)
{
    static const struct zygote_engine engine = {"python", start, after_fork, warm, run, NULL, "libpython3"};
    zygote_main(&engine, argc, argv);
}
