/* The one connection that a script process can make: to the egress broker of its own namespace. Nothing
 * here waits but `wait`, so that timers and other exchanges go on. */
#include "exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 64 << 10, MOST_WAITING = 64 };

#define PRIMITIVE(name)                                                                           \
    static JSValueRef name(JSContextRef context, JSObjectRef function, JSObjectRef self,          \
                           size_t count, const JSValueRef arguments[], JSValueRef *exception)
#define UNUSED (void)function, (void)self, (void)count, (void)arguments, (void)exception

static JSValueRef failure(JSContextRef context, JSValueRef *exception)
{
    JSStringRef text = JSStringCreateWithUTF8CString(strerror(errno));
    JSValueRef value = JSValueMakeString(context, text);
    JSStringRelease(text);
    *exception = JSObjectMakeError(context, 1, &value, NULL);
    return JSValueMakeUndefined(context);
}

static int descriptor_of(JSContextRef context, size_t count, const JSValueRef arguments[])
{
    return count ? (int)JSValueToNumber(context, arguments[0], NULL) : -1;
}

/* dial(port) -> descriptor, on its way */
PRIMITIVE(dial)
{
    UNUSED;
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)descriptor_of(context, count, arguments));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0)
        return failure(context, exception);
    if (connect(made, (const struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
        close(made);
        return failure(context, exception);
    }
    return JSValueMakeNumber(context, made);
}

/* send(descriptor, array, offset) -> bytes that went out; 0 when none can now */
PRIMITIVE(send_bytes)
{
    UNUSED;
    JSObjectRef array = count > 2 ? JSValueToObject(context, arguments[1], exception) : NULL;
    if (!array)
        return JSValueMakeNumber(context, 0);
    const unsigned char *start = JSObjectGetTypedArrayBytesPtr(context, array, exception);
    size_t length = JSObjectGetTypedArrayByteLength(context, array, exception);
    size_t place = JSObjectGetTypedArrayByteOffset(context, array, exception);
    size_t offset = (size_t)JSValueToNumber(context, arguments[2], NULL);
    if (!start || offset >= length)
        return JSValueMakeNumber(context, 0);
    ssize_t sent = write(
        descriptor_of(context, count, arguments), start + place + offset, length - offset);
    if (sent < 0 && errno != EAGAIN && errno != EINTR && errno != ENOTCONN)
        return failure(context, exception);
    return JSValueMakeNumber(context, sent < 0 ? 0 : (double)sent);
}

static void release_bytes(void *bytes, void *context)
{
    (void)context;
    free(bytes);
}

/* receive(descriptor) -> Uint8Array, empty at the end; undefined when there is nothing yet */
PRIMITIVE(receive_bytes)
{
    UNUSED;
    unsigned char *bytes = malloc(PIECE);
    if (!bytes)
        return failure(context, exception);
    ssize_t length = read(descriptor_of(context, count, arguments), bytes, PIECE);
    if (length < 0) {
        int error = errno;
        free(bytes);
        errno = error;
        if (error == EAGAIN || error == EINTR || error == ENOTCONN)
            return JSValueMakeUndefined(context);
        return failure(context, exception);
    }
    return JSObjectMakeTypedArrayWithBytesNoCopy(
        context, kJSTypedArrayTypeUint8Array, bytes, (size_t)length, release_bytes, NULL, exception);
}

/* hangUp(descriptor) */
PRIMITIVE(hang_up)
{
    UNUSED;
    int descriptor = descriptor_of(context, count, arguments);
    if (descriptor > 3)
        close(descriptor);
    return JSValueMakeUndefined(context);
}

/* wait(milliseconds, descriptor, …): until something can be read, or written where it is negative */
PRIMITIVE(wait_for)
{
    UNUSED;
    struct pollfd list[MOST_WAITING];
    nfds_t waiting = 0;
    for (size_t index = 1; index < count && waiting < MOST_WAITING; index++) {
        int number = (int)JSValueToNumber(context, arguments[index], NULL);
        list[waiting].fd = number < 0 ? -number : number;
        list[waiting].events = (short)(number < 0 ? POLLIN | POLLOUT : POLLIN);
        list[waiting++].revents = 0;
    }
    double milliseconds = count ? JSValueToNumber(context, arguments[0], NULL) : 0;
    (void)poll(list, waiting, milliseconds > 60000 ? 60000 : (int)(milliseconds + 0.999));
    return JSValueMakeUndefined(context);
}

void exchange_add(JSContextRef context, JSObjectRef object)
{
    static const struct {
        const char *name;
        JSObjectCallAsFunctionCallback callback;
    } all[] = {{"dial", dial},
               {"send", send_bytes},
               {"receive", receive_bytes},
               {"hangUp", hang_up},
               {"wait", wait_for}};
    for (size_t index = 0; index < sizeof all / sizeof *all; index++) {
        JSStringRef name = JSStringCreateWithUTF8CString(all[index].name);
        JSObjectRef function = JSObjectMakeFunctionWithCallback(context, name, all[index].callback);
        JSObjectSetProperty(context, object, name, function, kJSPropertyAttributeDontEnum, NULL);
        JSStringRelease(name);
    }
}
