#include "clinux.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_accept(int listener)
{
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int clinux_connect(const uint8_t *address, size_t length, uint16_t port)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    const struct sockaddr *target;
    socklen_t size;
    if (length == sizeof four.sin_addr) {
        memcpy(&four.sin_addr, address, length);
        target = (const struct sockaddr *)&four;
        size = sizeof four;
    } else if (length == sizeof six.sin6_addr) {
        memcpy(&six.sin6_addr, address, length);
        target = (const struct sockaddr *)&six;
        size = sizeof six;
    } else {
        errno = EINVAL;
        return -1;
    }
    int made = socket(target->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (made < 0)
        return -1;
    int now = 1;
    (void)setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
    if (connect(made, target, size) != 0 && errno != EINPROGRESS) {
        int error = errno;
        close(made);
        errno = error;
        return -1;
    }
    return made;
}

int clinux_socket_error(int socket)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
        return errno;
    return error;
}

int clinux_reset_when_closed(int socket)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    return setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

int clinux_end_writing(int socket)
{
    return shutdown(socket, SHUT_WR);
}

int clinux_resolve(const char *name, struct clinux_address *addresses, int room)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (getaddrinfo(name, NULL, &hints, &found) != 0)
        return 0;
    int count = 0;
    for (struct addrinfo *next = found; next != NULL && count < room; next = next->ai_next) {
        struct clinux_address *place = &addresses[count];
        if (next->ai_family == AF_INET) {
            const struct sockaddr_in *four = (const void *)next->ai_addr;
            place->length = sizeof four->sin_addr;
            memcpy(place->bytes, &four->sin_addr, place->length);
            count++;
        } else if (next->ai_family == AF_INET6) {
            const struct sockaddr_in6 *six = (const void *)next->ai_addr;
            place->length = sizeof six->sin6_addr;
            memcpy(place->bytes, &six->sin6_addr, place->length);
            count++;
        }
    }
    freeaddrinfo(found);
    return count;
}

uint64_t clinux_raise_open_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return getrlimit(RLIMIT_NOFILE, &limit) != 0 ? 0 : limit.rlim_cur;
}
