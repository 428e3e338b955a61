/* The bytes of a head, looked at where libmicrohttpd keeps them.
 *
 * libmicrohttpd 0.9.75 is lenient: a bare CR or LF ends a line, a NUL ends a value, a folded line is
 * joined to the one before, blanks may surround the target. It parses in place: it writes a NUL over
 * the blank behind the method and the target, over `?`, `&` and `=` in the target, over the colon and
 * over both bytes of a line's end, and moves nothing but a folded line. So a head that came as RFC 9112
 * §2.2 to §5.2 want it has exactly one shape in memory, and every other shape is refused.
 *
 * What cannot be told apart so is a NUL right before a bare CR or LF from a CRLF (docs/threat-model.md).
 * Should another version of the library keep heads otherwise, every request is refused, and the tests
 * say so: it fails closed.
 */
#include "cmicrohttpdshims.h"

#include <microhttpd.h>
#include <string.h>

struct walk {
    const char *place;
    const char *fault;
};

static bool are_nul(const char *bytes, size_t count)
{
    for (size_t index = 0; index < count; index++) {
        if (bytes[index] != 0)
            return false;
    }
    return true;
}

static enum MHD_Result step(
    void *argument, enum MHD_ValueKind kind, const char *name, size_t name_size,
    const char *value, size_t value_size)
{
    struct walk *walk = argument;
    (void)kind;
    if (name != walk->place) {
        walk->fault = "a line of its head is folded, empty or ends oddly";
        return MHD_NO;
    }
    const char *place = name + name_size;
    if (name_size == 0 || *place++ != 0 || value == NULL) {
        walk->fault = "a line of its head is no header";
        return MHD_NO;
    }
    while (*place == ' ' || *place == '\t')
        place++;
    if (place != value || !are_nul(value + value_size, 2)) {
        walk->fault = "a header's value holds a NUL, or its line ends oddly";
        return MHD_NO;
    }
    walk->place = value + value_size + 2;
    return MHD_YES;
}

const char *sluice_httpd_head_fault(
    struct MHD_Connection *handle, const char *method, const char *url, size_t target_size,
    const char *version)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(handle, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (info == NULL)
        return "its head cannot be read";
    const char *end = method + info->header_size;
    const char *place = method + strlen(method) + 1;
    if (url != place || version != url + target_size + 1 || strlen(version) != 8 ||
        !are_nul(version + 8, 2))
        return "its first line is not METHOD TARGET VERSION";
    struct walk walk = {.place = version + 10, .fault = NULL};
    MHD_get_connection_values_n(handle, MHD_HEADER_KIND, step, &walk);
    if (walk.fault != NULL)
        return walk.fault;
    if (walk.place + 2 != end || !are_nul(walk.place, 2))
        return "its head ends oddly";
    return NULL;
}

struct taker {
    void *context;
    void (*take)(void *, const uint8_t *, size_t, const uint8_t *, size_t);
};

static enum MHD_Result give(
    void *argument, enum MHD_ValueKind kind, const char *name, size_t name_size,
    const char *value, size_t value_size)
{
    struct taker *taker = argument;
    (void)kind;
    taker->take(
        taker->context, (const uint8_t *)name, name_size, (const uint8_t *)value, value_size);
    return MHD_YES;
}

void sluice_httpd_headers(
    struct MHD_Connection *handle, void *context,
    void (*take)(void *, const uint8_t *, size_t, const uint8_t *, size_t))
{
    struct taker taker = {.context = context, .take = take};
    MHD_get_connection_values_n(handle, MHD_HEADER_KIND, give, &taker);
}
