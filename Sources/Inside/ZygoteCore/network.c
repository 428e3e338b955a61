/* The one door of a profile with a network. */
#include "zygote.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Script processes of one zygote connect at once; the broker takes them as they come. */
enum { MOST_WAITING = 128 };

static int raise_loopback(int descriptor)
{
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    return ioctl(descriptor, SIOCSIFFLAGS, &request);
}

int zygote_open_broker_port(struct zygote *zygote)
{
    if (zygote->settings.broker_port == 0)
        return 0;
    /* SECURITY: in the host's own network namespace a script would reach whatever listens there. */
    if (zygote_leaves_out(zygote, ZYGOTE_NAMESPACES)) {
        errno = ENETDOWN;
        return ZYGOTE_OPEN_BROKER_PORT;
    }
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0)
        return ZYGOTE_OPEN_BROKER_PORT;
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)zygote->settings.broker_port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (raise_loopback(listener) != 0 ||
        bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, MOST_WAITING) != 0) {
        int error = errno;
        close(listener);
        errno = error;
        return ZYGOTE_OPEN_BROKER_PORT;
    }
    zygote->broker = listener;
    return 0;
}
