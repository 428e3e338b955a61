#include "zygote.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Engines open descriptors at the lowest free number and keep them: with 0 to 9 taken, none of the
 * four that a script process gets can be one of theirs. */
enum { RESERVED = 10 };

int zygote_reserve_descriptors(void)
{
    for (;;) {
        int number = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (number < 0)
            return ZYGOTE_PLACE_DESCRIPTORS;
        if (number < RESERVED)
            continue;
        close(number);
        return 0;
    }
}

int zygote_release_descriptors(void)
{
    for (int number = 4; number < RESERVED; number++)
        if (close(number) != 0)
            return ZYGOTE_PLACE_DESCRIPTORS;
    return 0;
}

/* A descriptor below /proc would be a way into it from a box that has none: JavaScriptCore keeps its
 * own statm open. An eventfd (of GLib's main loop, which never runs here) would be one object for all
 * scripts of the zygote: what one writes, another reads. */
static int must_be_covered(const char *target)
{
    return strncmp(target, "/proc/", 6) == 0 || strncmp(target, "anon_inode:", 11) == 0;
}

static int cover_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    if (directory == NULL)
        return -1;
    int own = dirfd(directory);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int result = null < 0 ? -1 : 0;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(directory)) != NULL) {
        char path[64], target[64];
        int number = atoi(entry->d_name);
        if (entry->d_name[0] == '.' || number == own)
            continue;
        snprintf(path, sizeof path, "/proc/self/fd/%d", number);
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length < 0)
            continue;
        target[length] = 0;
        if (must_be_covered(target) && dup2(null, number) < 0)
            result = -1;
    }
    if (null >= 0)
        close(null);
    closedir(directory);
    return result;
}

static int read_number(const char *path, const char *before, unsigned long long *number)
{
    char text[4096];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length < 0)
        return -1;
    text[length] = 0;
    char *place = strstr(text, before);
    if (place == NULL || sscanf(place + strlen(before), "%llu", number) != 1) {
        errno = EPROTO;
        return -1;
    }
    return 0;
}

int zygote_measure_engine(struct zygote *zygote)
{
    unsigned long long threads, pages;
    if (cover_descriptors() != 0)
        return ZYGOTE_PLACE_DESCRIPTORS;
    /* A fork of several threads has only one of them, with the locks of all. */
    if (read_number("/proc/self/status", "Threads:", &threads) != 0)
        return ZYGOTE_COUNT_THREADS;
    if (threads != 1) {
        errno = EBUSY;
        return ZYGOTE_COUNT_THREADS;
    }
    if (read_number("/proc/self/statm", "", &pages) != 0)
        return ZYGOTE_COUNT_THREADS;
    zygote->report.address_space = pages * (unsigned long long)sysconf(_SC_PAGESIZE);
    return 0;
}
