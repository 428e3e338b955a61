#include "cmicrohttpdshims.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct MHD_Response *as_response(struct sluice_httpd_answer *answer)
{
    return (struct MHD_Response *)answer;
}

static void *connection_of(struct MHD_Connection *handle)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

static void read_peer(struct MHD_Connection *handle, struct sluice_httpd_peer *peer)
{
    memset(peer, 0, sizeof *peer);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL)
        return;
    if (info->client_addr->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, info->client_addr, sizeof four);
        memcpy(peer->bytes, &four.sin_addr, 4);
        peer->count = 4;
    } else if (info->client_addr->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, info->client_addr, sizeof six);
        memcpy(peer->bytes, &six.sin6_addr, 16);
        peer->count = 16;
    }
}

static void on_connection(
    void *argument, struct MHD_Connection *handle, void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
    const struct sluice_httpd_callbacks *callbacks = argument;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        struct sluice_httpd_peer peer;
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD);
        read_peer(handle, &peer);
        *socket_context = callbacks->opened(
            callbacks->context, info == NULL ? -1 : info->connect_fd, &peer);
    } else if (*socket_context != NULL) {
        callbacks->closed(callbacks->context, *socket_context);
        *socket_context = NULL;
    }
}

static void *on_target(void *argument, const char *target, struct MHD_Connection *handle)
{
    const struct sluice_httpd_callbacks *callbacks = argument;
    return callbacks->began(callbacks->context, connection_of(handle), target);
}

static enum MHD_Result on_access(
    void *argument, struct MHD_Connection *handle, const char *url, const char *method,
    const char *version, const char *bytes, size_t *size, void **request)
{
    const struct sluice_httpd_callbacks *callbacks = argument;
    ptrdiff_t taken = callbacks->access(
        callbacks->context, *request, handle, method, url, version, (const uint8_t *)bytes, *size);
    if (taken < 0)
        return MHD_NO;
    *size -= (size_t)taken;
    return MHD_YES;
}

static void on_completed(
    void *argument, struct MHD_Connection *handle, void **request,
    enum MHD_RequestTerminationCode code)
{
    const struct sluice_httpd_callbacks *callbacks = argument;
    (void)handle;
    if (*request != NULL)
        callbacks->completed(
            callbacks->context, *request, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    *request = NULL;
}

/* The target stays as it came: what it means is not decided here. */
static size_t keep_escapes(void *argument, struct MHD_Connection *handle, char *text)
{
    (void)argument;
    (void)handle;
    return strlen(text);
}

/* libmicrohttpd's own words repeat what a client sent; they are not for a log. */
static void say_nothing(void *argument, const char *format, va_list arguments)
{
    (void)argument;
    (void)format;
    (void)arguments;
}

struct MHD_Daemon *sluice_httpd_start(
    const struct sluice_httpd_settings *settings, const struct sluice_httpd_callbacks *callbacks)
{
    void *context = (void *)(uintptr_t)callbacks;
    /* Its own checks (STRICT_FOR_CLIENT) are left to `HeadRules`, which answers in our words: 0.9.75 sends
     * the head of an error that it makes itself twice before it closes, seen with every option. */
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_access, context,
        MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
        MHD_OPTION_LISTEN_SOCKET, settings->listener,
        MHD_OPTION_THREAD_POOL_SIZE, settings->threads,
        MHD_OPTION_CONNECTION_LIMIT, settings->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings->connections_per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->memory,
        MHD_OPTION_STRICT_FOR_CLIENT, 0,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, context,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, context,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, context,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_END);
}

int sluice_httpd_quiesce(struct MHD_Daemon *daemon)
{
    return MHD_quiesce_daemon(daemon);
}

void sluice_httpd_stop(struct MHD_Daemon *daemon)
{
    MHD_stop_daemon(daemon);
}

void sluice_httpd_suspend(struct MHD_Connection *handle)
{
    MHD_suspend_connection(handle);
}

void sluice_httpd_resume(struct MHD_Connection *handle)
{
    MHD_resume_connection(handle);
}

struct sluice_httpd_answer *sluice_httpd_answer_bytes(const uint8_t *bytes, size_t count)
{
    return (struct sluice_httpd_answer *)MHD_create_response_from_buffer(
        count, (void *)(uintptr_t)bytes, MHD_RESPMEM_MUST_COPY);
}

struct stream {
    const struct sluice_httpd_callbacks *callbacks;
    void *request;
};

static ssize_t on_produce(void *argument, uint64_t place, char *bytes, size_t size)
{
    struct stream *stream = argument;
    (void)place;
    ptrdiff_t count = stream->callbacks->produce(
        stream->callbacks->context, stream->request, (uint8_t *)bytes, size);
    if (count == -1)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (count < 0)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    return count;
}

struct sluice_httpd_answer *sluice_httpd_answer_stream(
    const struct sluice_httpd_callbacks *callbacks, void *request)
{
    struct stream *stream = malloc(sizeof *stream);
    if (stream == NULL)
        return NULL;
    stream->callbacks = callbacks;
    stream->request = request;
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, 16384, on_produce, stream, free);
    if (response == NULL)
        free(stream);
    return (struct sluice_httpd_answer *)response;
}

bool sluice_httpd_answer_header(
    struct sluice_httpd_answer *answer, const char *name, const char *value)
{
    return MHD_add_response_header(as_response(answer), name, value) == MHD_YES;
}

bool sluice_httpd_answer_queue(
    struct sluice_httpd_answer *answer, struct MHD_Connection *handle, unsigned status)
{
    enum MHD_Result result = MHD_queue_response(handle, status, as_response(answer));
    MHD_destroy_response(as_response(answer));
    return result == MHD_YES;
}
