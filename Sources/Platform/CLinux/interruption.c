/* What a person's interruption of a command does: says one prepared text and ends the process. */
#include "clinux.h"

#include <signal.h>
#include <string.h>
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
