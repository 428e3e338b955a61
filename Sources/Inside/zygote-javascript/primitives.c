#include "primitives.h"
#include "digest.h"
#include "exchange.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static struct {
    uint64_t random[2]; /* xoroshiro128+ */
    JSGlobalContextRef scripts;
} primitives;

void primitives_seed(const unsigned char seed[64])
{
    memcpy(primitives.random, seed, sizeof primitives.random);
    primitives.random[0] |= 1; /* never all zero */
}

static uint64_t next_random(void)
{
    uint64_t a = primitives.random[0], b = primitives.random[1], sum = a + b;
    b ^= a;
    primitives.random[0] = ((a << 24) | (a >> 40)) ^ b ^ (b << 16);
    primitives.random[1] = (b << 37) | (b >> 27);
    return sum;
}

static JSValueRef failure(JSContextRef context, const char *message, JSValueRef *exception)
{
    JSStringRef text = JSStringCreateWithUTF8CString(message);
    JSValueRef value = JSValueMakeString(context, text);
    JSStringRelease(text);
    *exception = JSObjectMakeError(context, 1, &value, NULL);
    return JSValueMakeUndefined(context);
}

/* The bytes behind a typed array; they stay where they are while the array lives. */
static struct zygote_bytes view_bytes(JSContextRef context, JSValueRef value, JSValueRef *exception)
{
    JSObjectRef object = JSValueToObject(context, value, exception);
    if (!object || JSValueGetTypedArrayType(context, value, exception) == kJSTypedArrayTypeNone)
        return (struct zygote_bytes){NULL, 0};
    unsigned char *start = JSObjectGetTypedArrayBytesPtr(context, object, exception);
    size_t offset = JSObjectGetTypedArrayByteOffset(context, object, exception);
    size_t length = JSObjectGetTypedArrayByteLength(context, object, exception);
    return (struct zygote_bytes){start ? start + offset : NULL, start ? length : 0};
}

static void release_bytes(void *bytes, void *context)
{
    (void)context;
    free(bytes);
}

/* Hands malloc'd bytes over to a new Uint8Array. */
static JSValueRef make_array(JSContextRef context, struct zygote_bytes bytes, JSValueRef *exception)
{
    if (!bytes.start)
        return failure(context, "Out of memory", exception);
    return JSObjectMakeTypedArrayWithBytesNoCopy(
        context, kJSTypedArrayTypeUint8Array, (void *)(uintptr_t)bytes.start, bytes.length,
        release_bytes, NULL, exception);
}

static JSValueRef make_text(JSContextRef context, JSStringRef text)
{
    JSValueRef value = JSValueMakeString(context, text);
    JSStringRelease(text);
    return value;
}

#define PRIMITIVE(name)                                                                           \
    static JSValueRef name(JSContextRef context, JSObjectRef function, JSObjectRef self,          \
                           size_t count, const JSValueRef arguments[], JSValueRef *exception)
#define UNUSED (void)function, (void)self, (void)count, (void)arguments, (void)exception

/* write(descriptor, text) */
PRIMITIVE(write_text)
{
    UNUSED;
    JSStringRef text = count > 1 ? JSValueToStringCopy(context, arguments[1], exception) : NULL;
    if (!text)
        return JSValueMakeUndefined(context);
    struct zygote_bytes bytes = text_to_utf8(text);
    JSStringRelease(text);
    if (bytes.start)
        zygote_log(JSValueToNumber(context, arguments[0], NULL) == 2 ? 2 : 1, bytes);
    free((void *)(uintptr_t)bytes.start);
    return JSValueMakeUndefined(context);
}

/* monotonic() -> milliseconds */
PRIMITIVE(monotonic)
{
    UNUSED;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return JSValueMakeNumber(context, (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6);
}

/* random() -> [0, 1) */
PRIMITIVE(random_number)
{
    UNUSED;
    return JSValueMakeNumber(context, (double)(next_random() >> 11) * 0x1p-53);
}

/* fillRandom(array): bytes of the kernel */
PRIMITIVE(fill_random)
{
    UNUSED;
    struct zygote_bytes bytes = count ? view_bytes(context, arguments[0], exception) : (struct zygote_bytes){0};
    for (size_t at = 0; at < bytes.length;) {
        ssize_t got = getrandom((void *)(uintptr_t)(bytes.start + at), bytes.length - at, 0);
        if (got < 0 && errno != EINTR)
            return failure(context, "no random bytes", exception);
        at += got > 0 ? (size_t)got : 0;
    }
    return count ? arguments[0] : JSValueMakeUndefined(context);
}

/* digest(name, array) -> Uint8Array, or undefined for an unknown name */
PRIMITIVE(digest)
{
    UNUSED;
    if (count < 2)
        return JSValueMakeUndefined(context);
    JSStringRef name = JSValueToStringCopy(context, arguments[0], exception);
    if (!name)
        return JSValueMakeUndefined(context);
    char plain[16] = "";
    JSStringGetUTF8CString(name, plain, sizeof plain);
    JSStringRelease(name);
    unsigned char *out = malloc(DIGEST_MAXIMUM);
    if (!out)
        return failure(context, "Out of memory", exception);
    size_t length = digest_compute(plain, view_bytes(context, arguments[1], exception), out);
    if (!length) {
        free(out);
        return JSValueMakeUndefined(context);
    }
    return make_array(context, (struct zygote_bytes){out, length}, exception);
}

/* encode(text) -> Uint8Array of UTF-8 */
PRIMITIVE(encode)
{
    UNUSED;
    JSStringRef text = count ? JSValueToStringCopy(context, arguments[0], exception) : NULL;
    if (!text)
        return JSValueMakeUndefined(context);
    struct zygote_bytes bytes = text_to_utf8(text);
    JSStringRelease(text);
    return make_array(context, bytes, exception);
}

/* decode(array, strict) -> text, or undefined when strict and malformed */
PRIMITIVE(decode)
{
    UNUSED;
    struct zygote_bytes bytes = count ? view_bytes(context, arguments[0], exception) : (struct zygote_bytes){0};
    if (count > 1 && JSValueToBoolean(context, arguments[1]) && !text_is_utf8(bytes))
        return JSValueMakeUndefined(context);
    return make_text(context, text_from_utf8(bytes));
}

/* toBase64(array, url) -> text */
PRIMITIVE(to_base64)
{
    UNUSED;
    struct zygote_bytes bytes = count ? view_bytes(context, arguments[0], exception) : (struct zygote_bytes){0};
    char *ascii = text_base64_encode(bytes, count > 1 && JSValueToBoolean(context, arguments[1]));
    if (!ascii)
        return failure(context, "Out of memory", exception);
    JSStringRef text = JSStringCreateWithUTF8CString(ascii);
    free(ascii);
    return make_text(context, text);
}

/* fromBase64(text, strict) -> Uint8Array, or undefined when strict and malformed */
PRIMITIVE(from_base64)
{
    UNUSED;
    JSStringRef text = count ? JSValueToStringCopy(context, arguments[0], exception) : NULL;
    if (!text)
        return JSValueMakeUndefined(context);
    struct zygote_bytes ascii = text_to_utf8(text);
    JSStringRelease(text);
    bool clean = false;
    struct zygote_bytes bytes = {NULL, 0};
    if (ascii.start)
        bytes = text_base64_decode(ascii, &clean);
    free((void *)(uintptr_t)ascii.start);
    if (!clean && bytes.start && count > 1 && JSValueToBoolean(context, arguments[1])) {
        free((void *)(uintptr_t)bytes.start);
        return JSValueMakeUndefined(context);
    }
    return make_array(context, bytes, exception);
}

/* evaluate(source, file): in the scripts' realm, whoever asks */
PRIMITIVE(evaluate)
{
    UNUSED;
    JSStringRef source = count > 1 ? JSValueToStringCopy(context, arguments[0], exception) : NULL;
    JSStringRef file = source ? JSValueToStringCopy(context, arguments[1], exception) : NULL;
    JSValueRef value = NULL;
    if (file)
        value = JSEvaluateScript(primitives.scripts, source, NULL, file, 1, exception);
    if (source)
        JSStringRelease(source);
    if (file)
        JSStringRelease(file);
    return value ? value : JSValueMakeUndefined(context);
}

/* syntaxError(source, file) -> the error of a script that does not parse, or undefined */
PRIMITIVE(syntax_error)
{
    UNUSED;
    JSStringRef source = count > 1 ? JSValueToStringCopy(context, arguments[0], exception) : NULL;
    JSStringRef file = source ? JSValueToStringCopy(context, arguments[1], exception) : NULL;
    JSValueRef error = NULL;
    if (file)
        JSCheckScriptSyntax(primitives.scripts, source, file, 1, &error);
    if (source)
        JSStringRelease(source);
    if (file)
        JSStringRelease(file);
    return error ? error : JSValueMakeUndefined(context);
}

/* exit(status): ends the process at once */
PRIMITIVE(exit_process)
{
    UNUSED;
    double status = count ? JSValueToNumber(context, arguments[0], NULL) : 0;
    zygote_end(status >= 0 && status < 256 ? (uint32_t)status : 1);
}

static void add(JSContextRef context, JSObjectRef object, const char *name, JSObjectCallAsFunctionCallback callback)
{
    JSStringRef text = JSStringCreateWithUTF8CString(name);
    JSObjectRef function = JSObjectMakeFunctionWithCallback(context, text, callback);
    JSObjectSetProperty(context, object, text, function, kJSPropertyAttributeDontEnum, NULL);
    JSStringRelease(text);
}

JSObjectRef primitives_make(JSContextRef context, JSGlobalContextRef scripts)
{
    primitives.scripts = scripts;
    JSObjectRef object = JSObjectMake(context, NULL, NULL);
    add(context, object, "write", write_text);
    add(context, object, "monotonic", monotonic);
    add(context, object, "random", random_number);
    add(context, object, "fillRandom", fill_random);
    add(context, object, "digest", digest);
    add(context, object, "encode", encode);
    add(context, object, "decode", decode);
    add(context, object, "toBase64", to_base64);
    add(context, object, "fromBase64", from_base64);
    add(context, object, "exit", exit_process);
    add(context, object, "evaluate", evaluate);
    add(context, object, "syntaxError", syntax_error);
    exchange_add(context, object);
    return object;
}

void primitives_replace_math_random(JSGlobalContextRef realm)
{
    JSStringRef name = JSStringCreateWithUTF8CString("Math");
    JSValueRef math = JSObjectGetProperty(realm, JSContextGetGlobalObject(realm), name, NULL);
    JSStringRelease(name);
    add(realm, JSValueToObject(realm, math, NULL), "random", random_number);
}
