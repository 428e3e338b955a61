#include "ccurlshims.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

int sluice_curl_set_long(void *easy, int option, long value)
{
    return (int)curl_easy_setopt(easy, (CURLoption)option, value);
}

int sluice_curl_set_string(void *easy, int option, const char *value)
{
    return (int)curl_easy_setopt(easy, (CURLoption)option, value);
}

int sluice_curl_set_pointer(void *easy, int option, void *value)
{
    return (int)curl_easy_setopt(easy, (CURLoption)option, value);
}

int sluice_curl_set_body(void *easy, const uint8_t *bytes, size_t count)
{
    CURLcode code =
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, (const char *)bytes);
    return (int)code;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *userdata)
{
    struct sluice_curl_callbacks *callbacks = userdata;
    return callbacks->header(callbacks->context, (const uint8_t *)bytes, size * count);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *userdata)
{
    struct sluice_curl_callbacks *callbacks = userdata;
    return callbacks->body(callbacks->context, (const uint8_t *)bytes, size * count);
}

/* SECURITY: no socket is opened before the guard has seen the very address it will connect to. */
static curl_socket_t on_open_socket(
    void *userdata, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct sluice_curl_callbacks *callbacks = userdata;
    struct sockaddr_in6 six;
    struct sockaddr_in four;
    bool allowed = false;

    if (purpose != CURLSOCKTYPE_IPCXN)
        return CURL_SOCKET_BAD;
    if (address->family == AF_INET && address->addrlen >= sizeof four) {
        memcpy(&four, &address->addr, sizeof four);
        allowed = callbacks->may_connect(
            callbacks->context, (const uint8_t *)&four.sin_addr, 4, ntohs(four.sin_port));
    } else if (address->family == AF_INET6 && address->addrlen >= sizeof six) {
        memcpy(&six, &address->addr, sizeof six);
        allowed = callbacks->may_connect(
            callbacks->context, (const uint8_t *)&six.sin6_addr, 16, ntohs(six.sin6_port));
    }
    if (!allowed)
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* SECURITY: opensocket is not called again for a pooled connection; this is, so that a connection
 * which another allow-list admitted is judged by the list of the request that would reuse it. */
static int on_before_request(
    void *userdata, char *address, char *local_address, int port, int local_port)
{
    struct sluice_curl_callbacks *callbacks = userdata;
    (void)local_address;
    (void)local_port;
    if (address == NULL || !callbacks->may_send(callbacks->context, address, port))
        return CURL_PREREQFUNC_ABORT;
    return CURL_PREREQFUNC_OK;
}

int sluice_curl_set_callbacks(void *easy, struct sluice_curl_callbacks *callbacks)
{
    CURLcode codes[] = {
        curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header),
        curl_easy_setopt(easy, CURLOPT_HEADERDATA, callbacks),
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body),
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, callbacks),
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket),
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, callbacks),
        curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_before_request),
        curl_easy_setopt(easy, CURLOPT_PREREQDATA, callbacks),
    };
    for (size_t index = 0; index < sizeof codes / sizeof codes[0]; index++) {
        if (codes[index] != CURLE_OK)
            return (int)codes[index];
    }
    return CURLE_OK;
}

long sluice_curl_get_long(void *easy, int field)
{
    long value = 0;
    if (curl_easy_getinfo(easy, (CURLINFO)field, &value) != CURLE_OK)
        return 0;
    return value;
}
