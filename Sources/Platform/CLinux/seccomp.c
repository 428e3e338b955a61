#include "clinux.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

int clinux_seccomp_install(const void *program, size_t length)
{
    struct sock_fprog filter = {
        .len = (unsigned short)(length / sizeof(struct sock_filter)),
        .filter = (struct sock_filter *)(uintptr_t)program,
    };
    unsigned long flags =
        SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}

int clinux_seccomp_receive(int listener, struct clinux_notification *notification)
{
    /* The kernel refuses a structure that is not zero. Only one notification is taken for each time
     * poll(2) says there is one, so that this never blocks: every pending one has been counted. */
    struct seccomp_notif received;
    memset(&received, 0, sizeof received);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &received) != 0)
        return errno == ENOENT || errno == EINTR ? 0 : -1;
    notification->id = received.id;
    notification->pid = received.pid;
    notification->architecture = received.data.arch;
    notification->call = received.data.nr;
    notification->reserved = 0;
    for (int index = 0; index < 6; index++)
        notification->arguments[index] = received.data.args[index];
    return 1;
}

static int respond(int listener, struct seccomp_notif_resp *response)
{
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response);
}

int clinux_seccomp_is_waiting(int listener, uint64_t id)
{
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0 ? 1 : 0;
}

int clinux_seccomp_continue(int listener, uint64_t id)
{
    struct seccomp_notif_resp response = {
        .id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    return respond(listener, &response);
}

int clinux_seccomp_answer(int listener, uint64_t id, int64_t value, int error)
{
    struct seccomp_notif_resp response = {
        .id = id, .val = error == 0 ? value : 0, .error = -error};
    return respond(listener, &response);
}

int clinux_seccomp_inject(int listener, uint64_t id, int descriptor, int target)
{
    struct seccomp_notif_addfd injection = {
        .id = id,
        .flags = SECCOMP_ADDFD_FLAG_SETFD,
        .srcfd = (__u32)descriptor,
        .newfd = (__u32)target,
    };
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &injection) < 0 ? -1 : 0;
}

void clinux_seccomp_wake_here(int listener, int is_on)
{
    (void)ioctl(
        listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, is_on ? SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP : 0);
}
