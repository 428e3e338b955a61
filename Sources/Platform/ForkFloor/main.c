/* The least that a process can cost: a small program that forks, exits and waits once for every byte
 * that it is sent, and answers how long that took. Benchmarks put what they measure against it.
 *
 * A program of its own, because a fork costs what the forking process has mapped: in the benchmark's
 * own process, with its dozens of libraries, it takes several times as long. */
#include "clinux.h"

#include <unistd.h>

enum { CONTROL = 60 };

int main(void)
{
    char request;
    while (read(CONTROL, &request, 1) == 1) {
        int64_t nanoseconds = clinux_fork_exit_wait();
        if (nanoseconds < 0 ||
            write(CONTROL, &nanoseconds, sizeof nanoseconds) != (ssize_t)sizeof nanoseconds)
            return 1;
    }
    return 0;
}
