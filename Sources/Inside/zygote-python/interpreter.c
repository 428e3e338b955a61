#include "interpreter.h"
#include "arenas.h"
#include "runners.h"

#include <dlfcn.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* The library of the interpreter that this program is linked to. Nothing else is searched: no site
 * packages, no current directory, no PYTHONPATH. */
#define LIBRARY L"/usr/lib/python" Py_STRINGIFY(PY_MAJOR_VERSION) L"." Py_STRINGIFY(PY_MINOR_VERSION)

static PyStatus set_paths(PyConfig *config)
{
    config->module_search_paths_set = 1;
    PyStatus status = PyWideStringList_Append(&config->module_search_paths, LIBRARY);
    if (!PyStatus_Exception(status))
        status = PyWideStringList_Append(&config->module_search_paths, LIBRARY L"/lib-dynload");
    if (!PyStatus_Exception(status))
        status = PyConfig_SetString(config, &config->stdlib_dir, LIBRARY);
    if (!PyStatus_Exception(status))
        status = PyConfig_SetString(config, &config->prefix, L"/usr");
    if (!PyStatus_Exception(status))
        status = PyConfig_SetString(config, &config->exec_prefix, L"/usr");
    if (!PyStatus_Exception(status))
        status = PyConfig_SetString(config, &config->executable, L"");
    return status;
}

int interpreter_start(void)
{
    arenas_prepare();
    PyPreConfig before;
    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1;
    PyStatus status = Py_PreInitialize(&before);
    if (PyStatus_Exception(status))
        return -1;
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.install_signal_handlers = 0;
    config.write_bytecode = 0;
    config.pathconfig_warnings = 0;
    config.parse_argv = 0;
    config.user_site_directory = 0;
    status = set_paths(&config);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return PyStatus_Exception(status) ? -1 : 0;
}

/* Changes with every change of a dict (dictobject.h). */
static PyObject *builtins_version(PyObject *builtins, PyObject *nothing)
{
    (void)nothing;
    return PyLong_FromUnsignedLongLong(((PyDictObject *)builtins)->ma_version_tag);
}

/* What is mapped before the lock can be loaded after it: dlopen(3) finds it by its name. One that
 * cannot be mapped is one that scripts cannot import. */
static PyObject *keep_library(PyObject *self, PyObject *path)
{
    (void)self;
    const char *name = PyUnicode_AsUTF8(path);
    if (name == NULL)
        return NULL;
    (void)dlopen(name, RTLD_NOW | RTLD_LOCAL);
    Py_RETURN_NONE;
}

static int add_function(PyObject *module, PyMethodDef *definition, PyObject *self)
{
    PyObject *function = PyCFunction_New(definition, self);
    int result = function == NULL ? -1 : PyModule_AddObjectRef(module, definition->ml_name, function);
    Py_XDECREF(function);
    return result;
}

static int give_functions(PyObject *module)
{
    static PyMethodDef version = {"builtins_version", builtins_version, METH_NOARGS, NULL};
    static PyMethodDef keep = {"keep_library", keep_library, METH_O, NULL};
    PyObject *builtins = PyImport_ImportModule("builtins");
    if (builtins == NULL)
        return -1;
    int result = add_function(module, &version, PyModule_GetDict(builtins));
    Py_DECREF(builtins);
    return result == 0 ? add_function(module, &keep, NULL) : -1;
}

PyObject *interpreter_load_runner(void)
{
    /* The one locale there is: its files are out of reach after the lock. Who names the module `locale`
     * has the whole library; the others' characters are all that anybody asks for. */
    const char *library = getenv("SLUICE_LIBRARY");
    int is_usual = library != NULL && strcmp(library, "usual") == 0;
    (void)newlocale(is_usual ? LC_CTYPE_MASK : LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    PyObject *module = PyImport_AddModule("sluice_runner");
    if (module == NULL || give_functions(module) != 0)
        return NULL;
    PyObject *code = Py_CompileString(
        (const char *)runner_python, "<sluice>/runner.py", Py_file_input);
    if (code == NULL)
        return NULL;
    module = PyImport_ExecCodeModule("sluice_runner", code);
    Py_DECREF(code);
    return module;
}

/* Small objects live in pools, one size in each (obmalloc.c). A pool that is partly full would be copied
 * by every script process that makes an object of its size, its header and its free block; so the pools
 * are filled up, and the first object of a script starts a page that nobody has to copy. Were the
 * layout another one, nothing would be gained and a few hundred kilobytes lost. */
void interpreter_fill_pools(void)
{
    enum { POOL_BYTES = 16 << 10, HEADER_BYTES = 48, LARGEST_SMALL = 512, MOST_BLOCKS = 2000 };
    for (size_t size = 16; size <= LARGEST_SMALL; size += 16) {
        for (int count = 0; count < MOST_BLOCKS; count++) {
            void *block = PyObject_Malloc(size);
            if (((uintptr_t)block & (POOL_BYTES - 1)) == HEADER_BYTES) {
                PyObject_Free(block);
                break;
            }
        }
    }
}

int interpreter_freeze(void)
{
    PyGC_Collect();
    PyObject *collector = PyImport_ImportModule("gc");
    if (collector == NULL)
        return -1;
    PyObject *result = PyObject_CallMethod(collector, "freeze", NULL);
    Py_DECREF(collector);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}
