#include "clinux.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_packet_pair(int descriptors[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, descriptors);
}

int clinux_pipe(int descriptors[2])
{
    return pipe2(descriptors, O_CLOEXEC);
}

ssize_t clinux_receive(int socket, void *buffer, size_t length, int descriptors[2])
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct iovec vector = {.iov_base = buffer, .iov_len = length};
    struct msghdr message = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    descriptors[0] = descriptors[1] = -1;
    /* What does not fit the control buffer the kernel closes again. */
    ssize_t count = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0)
        return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
        return count;
    if (header->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(descriptors, CMSG_DATA(header), sizeof(int));
    else if (header->cmsg_len == CMSG_LEN(2 * sizeof(int)))
        memcpy(descriptors, CMSG_DATA(header), 2 * sizeof(int));
    return count;
}

ssize_t clinux_send(int socket, const void *buffer, size_t length)
{
    return send(socket, buffer, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}
