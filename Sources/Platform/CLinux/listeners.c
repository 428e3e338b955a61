#include "clinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int clinux_listen_on_loopback(uint16_t *port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (number < 0)
        return -1;
    if (bind(number, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(number, 1) != 0 ||
        getsockname(number, (struct sockaddr *)&address, &length) != 0) {
        int error = errno;
        close(number);
        errno = error;
        return -1;
    }
    *port = ntohs(address.sin_port);
    return number;
}

int clinux_listen_on_abstract_name(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length > sizeof address.sun_path - 1) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path + 1, name, length);
    int number = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (number < 0)
        return -1;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    if (bind(number, (struct sockaddr *)&address, size) != 0 || listen(number, 1) != 0) {
        int error = errno;
        close(number);
        errno = error;
        return -1;
    }
    return number;
}
