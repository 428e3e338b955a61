/* What a person's interruption does: a command says one prepared text and ends, a server is told. */
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char text[512];
static size_t text_length;

/* Only async-signal-safe calls (signal-safety(7)). */
static void leave(int signal)
{
    ssize_t written = write(STDERR_FILENO, text, text_length);
    (void)written;
    _exit(128 + signal);
}

int clinux_leave_saying(const char *said)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = leave};
    size_t length = strlen(said);

    text_length = length < sizeof text ? length : sizeof text;
    memcpy(text, said, text_length);
    for (size_t index = 0; index < sizeof signals / sizeof signals[0]; index++) {
        if (sigaction(signals[index], &action, NULL) != 0)
            return -1;
    }
    return 0;
}

static int termination_pipe[2] = {-1, -1};
static volatile sig_atomic_t termination_count;

/* The first asks; whoever asks again means now. */
static void tell_termination(int signal)
{
    int code = errno;
    if (termination_count > 0)
        _exit(128 + signal);
    termination_count = 1;
    ssize_t written = write(termination_pipe[1], "t", 1);
    (void)written;
    errno = code;
}

int clinux_termination_descriptor(void)
{
    struct sigaction action = {.sa_handler = tell_termination, .sa_flags = SA_RESTART};
    if (termination_pipe[0] >= 0)
        return termination_pipe[0];
    if (pipe2(termination_pipe, O_CLOEXEC) != 0)
        return -1;
    if (sigaction(SIGTERM, &action, NULL) != 0 || sigaction(SIGINT, &action, NULL) != 0)
        return -1;
    return termination_pipe[0];
}

int clinux_send_datagram(const char *path, const char *text)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path) {
        errno = EINVAL;
        return -1;
    }
    memcpy(address.sun_path, path, length);
    /* An abstract name is written with a leading '@'. */
    if (path[0] == '@')
        address.sun_path[0] = 0;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return -1;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    ssize_t sent = sendto(
        descriptor, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&address, size);
    int code = errno;
    close(descriptor);
    errno = code;
    return sent < 0 ? -1 : 0;
}
