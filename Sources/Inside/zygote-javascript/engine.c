#include "engine.h"
#include "primitives.h"
#include "runners.h"
#include "text.h"
#include "zygote_protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* In the library but not in its public headers. */
extern void JSGlobalContextSetUnhandledRejectionCallback(
    JSGlobalContextRef context, JSObjectRef function, JSValueRef *exception);

enum { PROGRAM_ENDED = 5 }; /* ENDED in programs.js */

static struct {
    JSGlobalContextRef runner;  /* the runner's own realm */
    JSGlobalContextRef scripts; /* the realm a script lives in */
    JSObjectRef face;           /* what serve.js ends with */
} engine;

static struct zygote_bytes literal(const char *text)
{
    return (struct zygote_bytes){(const unsigned char *)text, strlen(text)};
}

static JSValueRef evaluate_file(JSGlobalContextRef realm, const struct runner_file *file)
{
    JSStringRef source = text_from_utf8((struct zygote_bytes){file->start, file->length});
    JSStringRef name = JSStringCreateWithUTF8CString(file->name);
    JSValueRef error = NULL;
    JSValueRef value = JSEvaluateScript(realm, source, NULL, name, 1, &error);
    JSStringRelease(source);
    JSStringRelease(name);
    if (value)
        return value;
    JSStringRef words = JSValueToStringCopy(realm, error, NULL);
    struct zygote_bytes bytes = words ? text_to_utf8(words) : literal("unknown error");
    dprintf(2, "cannot load %s: %.*s\n", file->name, (int)bytes.length, (const char *)bytes.start);
    return NULL;
}

static JSValueRef call(const char *name, size_t count, const JSValueRef arguments[], JSValueRef *error)
{
    JSStringRef text = JSStringCreateWithUTF8CString(name);
    JSValueRef method = JSObjectGetProperty(engine.runner, engine.face, text, error);
    JSStringRelease(text);
    JSObjectRef function = method ? JSValueToObject(engine.runner, method, error) : NULL;
    return function ? JSObjectCallAsFunction(engine.runner, function, NULL, count, arguments, error) : NULL;
}

/* JavaScriptCore keeps /proc/<pid>/statm open: a way into /proc, and the zygote's numbers anyway. */
static int close_statm(void)
{
    for (int descriptor = 3; descriptor < 256; descriptor++) {
        char link[64], target[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t length = readlink(link, target, sizeof target - 1);
        if (length < 0)
            continue;
        target[length] = 0;
        if (strncmp(target, "/proc/", 6) != 0)
            continue;
        int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (nothing < 0 || dup3(nothing, descriptor, O_CLOEXEC) < 0)
            return -1;
        close(nothing);
    }
    return 0;
}

static JSObjectRef load_runner(void)
{
    JSStringRef name = JSStringCreateWithUTF8CString("host");
    JSObjectSetProperty(engine.runner, JSContextGetGlobalObject(engine.runner), name,
                        primitives_make(engine.runner, engine.scripts), kJSPropertyAttributeNone, NULL);
    JSStringRelease(name);
    JSValueRef value = NULL;
    for (size_t index = 0; index < runner_javascript_count; index++) {
        value = evaluate_file(engine.runner, &runner_javascript[index]);
        if (!value)
            return NULL;
    }
    /* The last file's value is the face. */
    return JSValueToObject(engine.runner, value, NULL);
}

static int load_globals(void)
{
    JSValueRef services = primitives_make(engine.scripts, engine.scripts), error = NULL;
    for (size_t index = 0; index < runner_javascript_globals_count; index++) {
        JSValueRef factory = evaluate_file(engine.scripts, &runner_javascript_globals[index]);
        if (!factory)
            return -1;
        JSValueRef arguments[] = {factory, services};
        if (!call("addGlobals", 2, arguments, &error)) {
            JSStringRef words = JSValueToStringCopy(engine.runner, error, NULL);
            struct zygote_bytes bytes = text_to_utf8(words);
            dprintf(2, "cannot run %s: %s\n", runner_javascript_globals[index].name, (const char *)bytes.start);
            return -1;
        }
    }
    return 0;
}

static void pause_for(double milliseconds)
{
    struct timespec time = {(time_t)(milliseconds / 1000), 0};
    time.tv_nsec = (long)((milliseconds - (double)time.tv_sec * 1000) * 1e6);
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

/* Calls return here with all promise reactions done; what remains are timers. */
static JSValueRef turn_until_settled(JSValueRef *error)
{
    for (;;) {
        JSValueRef wait = call("turn", 0, NULL, error);
        double milliseconds = wait ? JSValueToNumber(engine.runner, wait, NULL) : -1;
        if (!wait || milliseconds < 0)
            return wait;
        if (milliseconds > 0)
            pause_for(milliseconds);
    }
}

static void prepare(void)
{
    JSValueRef error = NULL;
    for (;;) {
        JSValueRef more = call("prepare", 0, NULL, &error);
        if (!more || !JSValueToBoolean(engine.runner, more))
            return;
        turn_until_settled(&error);
    }
}

static void after_fork(const unsigned char seed[64]) { primitives_seed(seed); }

static JSValueRef text_value(struct zygote_bytes bytes)
{
    JSStringRef text = text_from_utf8(bytes);
    JSValueRef value = JSValueMakeString(engine.runner, text);
    JSStringRelease(text);
    return value;
}

static JSObjectRef text_array(const struct zygote_job *job, int sources, JSValueRef *error)
{
    JSObjectRef array = JSObjectMakeArray(engine.runner, 0, NULL, error);
    for (size_t index = 0; array && index < job->module_count; index++) {
        struct zygote_bytes bytes = sources ? job->modules[index].source : job->modules[index].path;
        JSObjectSetPropertyAtIndex(engine.runner, array, (unsigned)index, text_value(bytes), error);
    }
    return array;
}

/* The runner itself could not go on: no memory, or no stack. */
static void give_up(struct zygote_result *result, JSValueRef error)
{
    JSStringRef words = error ? JSValueToStringCopy(engine.runner, error, NULL) : NULL;
    char text[256] = "";
    if (words)
        JSStringGetUTF8CString(words, text, sizeof text);
    int memory = strstr(text, "memory") != NULL;
    result->kind = memory ? ZYGOTE_OUT_OF_MEMORY : ZYGOTE_RAISED;
    result->payload = literal(
        memory ? "{\"type\":\"RangeError\",\"message\":\"out of memory\",\"line\":null,\"traceback\":null}"
               : "{\"type\":\"RangeError\",\"message\":\"the runner's stack or memory is exhausted\","
                 "\"line\":null,\"traceback\":null}");
}

static void run(const struct zygote_job *job, struct zygote_result *result)
{
    JSValueRef error = NULL;
    JSValueRef arguments[6] = {text_value(job->options), text_value(job->source), text_value(job->input),
                               text_value(job->context)};
    arguments[4] = text_array(job, 0, &error);
    arguments[5] = text_array(job, 1, &error);
    if (error || !call("serve", 6, arguments, &error) || !turn_until_settled(&error))
        return give_up(result, error);

    JSValueRef kind = call("kind", 0, NULL, &error);
    if (kind && (uint32_t)JSValueToNumber(engine.runner, kind, NULL) == PROGRAM_ENDED) {
        JSValueRef status = call("status", 0, NULL, &error);
        zygote_end(status ? (uint32_t)JSValueToNumber(engine.runner, status, NULL) : 1);
    }
    JSValueRef payload = kind ? call("payload", 0, NULL, &error) : NULL;
    JSStringRef text = payload ? JSValueToStringCopy(engine.runner, payload, &error) : NULL;
    if (!text)
        return give_up(result, error);
    result->kind = (uint32_t)JSValueToNumber(engine.runner, kind, NULL);
    result->payload = text_to_utf8(text);
    JSStringRelease(text);
    if (!result->payload.start)
        return give_up(result, NULL);
    JSValueRef limit = call("outputLimit", 0, NULL, &error);
    double bytes = limit ? JSValueToNumber(engine.runner, limit, NULL) : 0;
    if (result->kind == ZYGOTE_RETURNED && (double)result->payload.length > bytes) {
        static char words[96];
        int length = snprintf(words, sizeof words, "{\"message\":\"the value is larger than %.0f bytes\"}", bytes);
        result->kind = ZYGOTE_OUTPUT_EXCEEDED;
        result->payload = (struct zygote_bytes){(const unsigned char *)words, (size_t)length};
    }
}

/* A whole run of a script that is written as scripts are, so that a script's own finds the engine's pages
 * already copied. A new text each time: one that it has seen the engine would not parse again. */
static void warm(void)
{
    static unsigned count;
    static char source[512];
    static const char options[] =
        "{\"file\":\"warm.js\",\"style\":\"plain\",\"mode\":\"runOnceForAllItems\",\"profile\":\"pure\","
        "\"output\":8388608,\"depth\":128}";
    static const char input[] = "{\"a\":2,\"b\":40,\"items\":[{\"a\":1.5},{\"a\":\"b\"}]}";
    snprintf(source, sizeof source,
             "function main({a, b, items}) {\n"
             "  const {c = 1} = items[0];\n"
             "  const names = items.map((item) => item.a + c);\n"
             "  return {sum: a + b, text: `${names.length} of ${a}`, names, more: {ok: true, none: null}};\n"
             "} // %u\n", count++);
    struct zygote_job job = {literal(options), literal(source), literal(input), literal(""), NULL, 0};
    struct zygote_result result = {0, {NULL, 0}};
    run(&job, &result);
    if (result.kind == ZYGOTE_RETURNED)
        free((void *)(uintptr_t)result.payload.start);
}

/* The machine reads its options when it is made. Tail calls would hide the caller's line in errors. */
static void set_options(void)
{
    static const char *const options[][2] = {
        {"JSC_useJIT", "0"},          {"JSC_useWasm", "0"},   {"JSC_useConcurrentGC", "0"},
        {"JSC_numberOfGCMarkers", "1"}, {"JSC_useTailCalls", "0"},
        {"JSC_smallHeapSize", "16777216"}};
    for (size_t index = 0; index < sizeof options / sizeof *options; index++)
        setenv(options[index][0], options[index][1], 1);
}

static int start(const char *modules)
{
    (void)modules; /* there are none for JavaScript */
    set_options();
    JSContextGroupRef machine = JSContextGroupCreate();
    engine.runner = JSGlobalContextCreateInGroup(machine, NULL);
    engine.scripts = JSGlobalContextCreateInGroup(machine, NULL);
    engine.face = load_runner();
    if (!engine.face) {
        errno = ENOEXEC;
        return -1;
    }
    JSValueProtect(engine.runner, engine.face);
    primitives_replace_math_random(engine.scripts);
    if (load_globals() != 0) {
        errno = ENOEXEC;
        return -1;
    }
    JSValueRef error = NULL;
    JSValueRef rejected = call("rejectionCallback", 0, NULL, &error);
    if (rejected && JSValueIsObject(engine.runner, rejected))
        JSGlobalContextSetUnhandledRejectionCallback(
            engine.scripts, JSValueToObject(engine.runner, rejected, NULL), &error);
    prepare();
    for (int run = 0; run < 12; run++)
        warm();
    JSGarbageCollect(engine.runner);
    for (int run = 0; run < 6; run++)
        warm();
    return close_statm();
}

const struct zygote_engine javascript_engine = {
    "javascript", start, after_fork, warm, run, NULL, "/libjavascriptcore"};
