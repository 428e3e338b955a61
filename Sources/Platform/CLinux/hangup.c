/* SIGHUP as a service manager sends it: the wish that files are read again. */
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int hangup_pipe[2] = {-1, -1};

/* Only async-signal-safe calls (signal-safety(7)); wishes that come together are one. */
static void tell_hangup(int signal)
{
    int code = errno;
    (void)signal;
    ssize_t written = write(hangup_pipe[1], "h", 1);
    (void)written;
    errno = code;
}

int clinux_hangup_descriptor(void)
{
    struct sigaction action = {.sa_handler = tell_hangup, .sa_flags = SA_RESTART};
    if (hangup_pipe[0] >= 0)
        return hangup_pipe[0];
    if (pipe2(hangup_pipe, O_CLOEXEC) != 0)
        return -1;
    if (fcntl(hangup_pipe[1], F_SETFL, O_NONBLOCK) != 0)
        return -1;
    return sigaction(SIGHUP, &action, NULL) != 0 ? -1 : hangup_pipe[0];
}
