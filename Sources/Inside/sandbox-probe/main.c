/* Theory of operation
 *
 * sandbox-probe tries, on the running kernel, what the zygotes will rely on, and says what happened. The
 * supervisor starts it (Swift has many threads and must not fork), gives it descriptor 60 to write to
 * and a small filter in hexadecimal as its only argument, and reads lines until the end:
 *
 *     name TAB errno TAB detail NEWLINE
 *
 * errno is 0 when the thing works, the error that it met otherwise, and -1 when it met none but the
 * kernel did something else than it should (the detail says what).
 *
 * Every probe runs in a fork of its own, which it may spoil as it likes; a probe that hangs is ended by
 * its alarm. Nothing here is trusted with anything: it is started with nothing and ends in a moment.
 */
#include "probe.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *name, int error, const char *detail)
{
    char line[512];
    int length = snprintf(line, sizeof line, "%s\t%d\t%s\n", name, error, detail);
    if (length > 0)
        (void)!write(PROBE_REPORT, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

/* In a fork: the probe's answer travels by pipe, so that a process that died is told from one that
 * said something. */
static void run(const struct probe *probe, const struct probe_filter *filter)
{
    struct probe_answer answer = {.error = -1};
    int pipes[2], status = 0;
    if (pipe(pipes) != 0)
        return say(probe->name, errno, "no pipe");
    pid_t child = fork();
    if (child == 0) {
        alarm(5);
        probe->run(filter, &answer);
        (void)!write(pipes[1], &answer, sizeof answer);
        _exit(0);
    }
    close(pipes[1]);
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        say(probe->name, errno, "no process for the probe");
    } else if (read(pipes[0], &answer, sizeof answer) != (ssize_t)sizeof answer) {
        char detail[64];
        snprintf(detail, sizeof detail, "the probe ended by signal %d",
            WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        say(probe->name, -1, detail);
    } else {
        say(probe->name, answer.error, answer.detail);
    }
    close(pipes[0]);
}

static int hexadecimal(char character)
{
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    return -1;
}

static int read_filter(const char *text, struct probe_filter *filter)
{
    size_t length = strlen(text) / 2;
    if (strlen(text) % 2 != 0 || length > sizeof filter->bytes || length % 8 != 0)
        return -1;
    for (size_t index = 0; index < length; index++) {
        int high = hexadecimal(text[2 * index]), low = hexadecimal(text[2 * index + 1]);
        if (high < 0 || low < 0)
            return -1;
        filter->bytes[index] = (unsigned char)(high << 4 | low);
    }
    filter->length = length;
    return 0;
}

int main(int argc, char **argv)
{
    static struct probe_filter filter;
    if (argc != 2 || read_filter(argv[1], &filter) != 0) {
        say("arguments", EINVAL, "the filter is not hexadecimal");
        return 2;
    }
    for (const struct probe *probe = probes; probe->name; probe++)
        run(probe, &filter);
    say("end", 0, "");
    return 0;
}
