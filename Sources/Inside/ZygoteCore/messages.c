#include "zygote.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int zygote_take_settings(struct zygote *zygote)
{
    struct zygote_settings *settings = &zygote->settings;
    ssize_t count = recv(ZYGOTE_CONTROL, settings, sizeof *settings, 0);
    if (count < 0)
        return ZYGOTE_TAKE_SETTINGS;
    errno = EPROTO;
    if ((size_t)count != sizeof *settings || settings->magic != ZYGOTE_SETTINGS_MAGIC ||
        settings->bind_count > ZYGOTE_BIND_COUNT ||
        settings->packages > ZYGOTE_COMPILED_PACKAGES ||
        settings->filter_length > ZYGOTE_FILTER_LENGTH || settings->filter_length % 8 != 0)
        return ZYGOTE_TAKE_SETTINGS;
    for (uint32_t index = 0; index < settings->bind_count; index++)
        if (settings->binds[index][0] != '/' ||
            memchr(settings->binds[index], 0, ZYGOTE_BIND_LENGTH) == NULL)
            return ZYGOTE_TAKE_SETTINGS;
    if (memchr(settings->modules, 0, ZYGOTE_MODULES_LENGTH) == NULL)
        return ZYGOTE_TAKE_SETTINGS;
    return 0;
}

void zygote_send_report(const struct zygote_report *report, const int *descriptors, unsigned count)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(2 * sizeof(int))];
    } control;
    size_t length = count * sizeof(int);
    struct iovec vector = {(void *)(uintptr_t)report, sizeof *report};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (count > 0 && count <= 2 && descriptors != NULL) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(length);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(length);
        memcpy(CMSG_DATA(header), descriptors, length);
    }
    /* When the supervisor is gone there is nobody to tell. */
    (void)sendmsg(ZYGOTE_CONTROL, &message, MSG_NOSIGNAL);
}

int zygote_await_requests(struct zygote_requests *requests)
{
    ssize_t count;
    do
        count = read(ZYGOTE_CONTROL, requests->kinds, sizeof requests->kinds);
    while (count < 0 && errno == EINTR);
    requests->count = count < 0 ? 0 : (size_t)count;
    return requests->count > 0;
}

int zygote_read_all(int descriptor, void *buffer, size_t length)
{
    unsigned char *place = buffer;
    while (length > 0) {
        ssize_t count = read(descriptor, place, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            if (count == 0)
                errno = EPIPE;
            return -1;
        }
        place += count;
        length -= (size_t)count;
    }
    return 0;
}

int zygote_write_all(int descriptor, const void *buffer, size_t length)
{
    const unsigned char *place = buffer;
    while (length > 0) {
        ssize_t count = write(descriptor, place, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return -1;
        place += count;
        length -= (size_t)count;
    }
    return 0;
}

void zygote_log(int descriptor, struct zygote_bytes text)
{
    if (text.length > 0 && text.start != NULL)
        (void)zygote_write_all(descriptor, text.start, text.length);
}
