#include "cmicrohttpdshims.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const int backlog = 1024;

static int close_keeping_errno(int descriptor)
{
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}

static int listen_at(const struct addrinfo *found)
{
    int descriptor = socket(
        found->ai_family, found->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, found->ai_protocol);
    if (descriptor < 0)
        return -1;
    int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 || listen(descriptor, backlog) != 0)
        return close_keeping_errno(descriptor);
    return descriptor;
}

int sluice_httpd_listen_tcp(const char *host, const char *port, const char **fault)
{
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    *fault = NULL;
    int code = getaddrinfo(host, port, &hints, &found);
    if (code != 0) {
        *fault = gai_strerror(code);
        return -1;
    }
    int descriptor = listen_at(found);
    int failure = errno;
    freeaddrinfo(found);
    errno = failure;
    return descriptor;
}

/* Whether the socket file is one that a process left behind. */
static bool is_abandoned(const struct sockaddr_un *address)
{
    struct stat status;
    if (lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return false;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return false;
    int result = connect(probe, (const struct sockaddr *)address, sizeof *address);
    bool is_refused = result != 0 && errno == ECONNREFUSED;
    close(probe);
    return is_refused;
}

int sluice_httpd_listen_unix(const char *path, unsigned mode)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    if (is_abandoned(&address))
        unlink(path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return -1;
    /* SECURITY: nobody can connect before listen(2), and until then the mode has been set. */
    if (bind(descriptor, (const struct sockaddr *)&address, sizeof address) != 0)
        return close_keeping_errno(descriptor);
    if (chmod(path, (mode_t)mode) != 0 || listen(descriptor, backlog) != 0) {
        int code = errno;
        unlink(path);
        errno = code;
        return close_keeping_errno(descriptor);
    }
    return descriptor;
}

int sluice_httpd_adopt(int descriptor)
{
    int listens = 0;
    socklen_t size = sizeof listens;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0)
        return -1;
    if (listens == 0) {
        errno = EINVAL;
        return -1;
    }
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0)
        return -1;
    return 0;
}

int sluice_httpd_listens_at(
    int descriptor, struct sluice_httpd_peer *peer, uint16_t *port, char *path, size_t room)
{
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
        struct sockaddr_un local;
    } address = {0};
    socklen_t size = sizeof address;
    memset(peer, 0, sizeof *peer);
    *port = 0;
    if (room > 0)
        path[0] = 0;
    if (getsockname(descriptor, &address.any, &size) != 0)
        return -1;
    if (address.any.sa_family == AF_INET) {
        memcpy(peer->bytes, &address.four.sin_addr, 4);
        peer->count = 4;
        *port = ntohs(address.four.sin_port);
    } else if (address.any.sa_family == AF_INET6) {
        memcpy(peer->bytes, &address.six.sin6_addr, 16);
        peer->count = 16;
        *port = ntohs(address.six.sin6_port);
    } else if (address.any.sa_family == AF_UNIX && size > offsetof(struct sockaddr_un, sun_path)) {
        size_t length = strnlen(address.local.sun_path, sizeof address.local.sun_path);
        if (length >= room)
            length = room == 0 ? 0 : room - 1;
        memcpy(path, address.local.sun_path, length);
        if (room > 0)
            path[length] = 0;
    }
    return 0;
}

int sluice_httpd_watcher(void)
{
    return epoll_create1(EPOLL_CLOEXEC);
}

bool sluice_httpd_watch(int watcher, int descriptor, uint64_t token)
{
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLET, .data = {.u64 = token}};
    return epoll_ctl(watcher, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void sluice_httpd_unwatch(int watcher, int descriptor)
{
    epoll_ctl(watcher, EPOLL_CTL_DEL, descriptor, NULL);
}

int sluice_httpd_watch_wait(int watcher, uint64_t *tokens, int milliseconds)
{
    struct epoll_event events[64];
    int count = epoll_wait(watcher, events, 64, milliseconds);
    for (int index = 0; index < count; index++)
        tokens[index] = events[index].data.u64;
    return count;
}

void sluice_httpd_break(int descriptor)
{
    shutdown(descriptor, SHUT_RDWR);
}
