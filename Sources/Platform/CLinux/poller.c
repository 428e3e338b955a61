#include "clinux.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

enum { MOST_EVENTS = 64 };

int clinux_poller(void)
{
    return epoll_create1(EPOLL_CLOEXEC);
}

int clinux_poller_add(int poller, int descriptor, uint32_t interest, uint64_t token)
{
    struct epoll_event event = {
        .events = (interest & CLINUX_READABLE ? (uint32_t)EPOLLIN : 0) |
                  (interest & CLINUX_WRITABLE ? (uint32_t)EPOLLOUT : 0),
        .data.u64 = token,
    };
    return epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

int clinux_poller_remove(int poller, int descriptor)
{
    return epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, NULL);
}

int clinux_poller_wait(int poller, struct clinux_event *events, int milliseconds)
{
    struct epoll_event raw[MOST_EVENTS];
    int count = epoll_wait(poller, raw, MOST_EVENTS, milliseconds);
    if (count < 0)
        return errno == EINTR ? 0 : -1;
    for (int index = 0; index < count; index++) {
        uint32_t bits = raw[index].events;
        events[index].token = raw[index].data.u64;
        events[index].ready = (bits & EPOLLIN ? (uint32_t)CLINUX_READABLE : 0) |
                              (bits & EPOLLOUT ? (uint32_t)CLINUX_WRITABLE : 0) |
                              (bits & (EPOLLHUP | EPOLLERR) ? (uint32_t)CLINUX_HANG_UP : 0);
    }
    return count;
}

int clinux_wake_up(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void clinux_wake_up_signal(int descriptor)
{
    (void)eventfd_write(descriptor, 1);
}

void clinux_wake_up_clear(int descriptor)
{
    eventfd_t value;
    (void)eventfd_read(descriptor, &value);
}

const char *clinux_error_name(int error)
{
    return strerrorname_np(error);
}

const char *clinux_error_text(int error)
{
    return strerrordesc_np(error);
}
