#include "zygote.h"
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* Any directory does: the mount namespace is our own. */
static const char place[] = "/tmp";
static const char packages_place[] = ZYGOTE_PACKAGES_PLACE;

/* Makes the directories above `path`, and `path` itself as a directory or an empty file. */
static int make_target(const char *path, int is_directory)
{
    char text[PATH_MAX];
    if (snprintf(text, sizeof text, "%s", path) >= (int)sizeof text) {
        errno = ENAMETOOLONG;
        return -1;
    }
    for (char *slash = strchr(text + sizeof place, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(text, 0555) != 0 && errno != EEXIST)
            return -1;
        *slash = '/';
    }
    if (is_directory)
        return mkdir(text, 0555) != 0 && errno != EEXIST ? -1 : 0;
    int file = open(text, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
    return file < 0 ? -1 : close(file);
}

static int bind(const char *source, const char *shown_at)
{
    char target[PATH_MAX];
    struct stat status;
    if (stat(source, &status) != 0)
        return -1;
    snprintf(target, sizeof target, "%s%s", place, shown_at);
    if (make_target(target, S_ISDIR(status.st_mode)) != 0)
        return -1;
    return mount(source, target, NULL, MS_BIND, NULL);
}

/* SECURITY: a shared library can be mapped, and a program started, only from a mount that lets programs
 * run. Nobody writes below it, and no profile allows execve. */
static int let_run(const char *shown_at)
{
    char target[PATH_MAX];
    snprintf(target, sizeof target, "%s%s", place, shown_at);
    return clinux_let_mount_run(target);
}

static int let_code_run(const struct zygote *zygote)
{
    const struct zygote_settings *settings = &zygote->settings;
    for (uint32_t index = 0; index < settings->bind_count; index++)
        if (settings->bind_uses[index] != 0 && let_run(settings->binds[index]) != 0)
            return -1;
    return settings->packages == ZYGOTE_COMPILED_PACKAGES ? let_run(packages_place) : 0;
}

/* Scripts have them where they work: without a private root there is no other place to show them. */
static int stay_outside(const struct zygote *zygote)
{
    if (zygote->settings.packages == ZYGOTE_NO_PACKAGES && chdir("/") != 0)
        return ZYGOTE_ENTER_ROOT;
    return 0;
}

int zygote_enter_root(struct zygote *zygote)
{
    if (zygote_leaves_out(zygote, ZYGOTE_NAMESPACES))
        return stay_outside(zygote);
    umask(0);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("sluice", place, "tmpfs", 0, "mode=0555,size=64k,nr_inodes=512") != 0)
        return ZYGOTE_BUILD_ROOT;
    for (uint32_t index = 0; index < zygote->settings.bind_count; index++)
        if (bind(zygote->settings.binds[index], zygote->settings.binds[index]) != 0)
            return ZYGOTE_BIND_FILES;
    /* The working folder: its path may lead through folders that are closed to this user, or lie
     * below the tmpfs that was just mounted. */
    if (zygote->settings.packages != ZYGOTE_NO_PACKAGES && bind(".", packages_place) != 0)
        return ZYGOTE_BIND_FILES;
    if (clinux_seal_mounts(place) != 0)
        return ZYGOTE_SEAL_ROOT;
    if (let_code_run(zygote) != 0)
        return ZYGOTE_SEAL_ROOT;
    /* pivot_root(2) onto itself: the old root ends up on top of the new one and is taken off. */
    if (chdir(place) != 0 || clinux_pivot_root(".", ".") != 0 || umount2(".", MNT_DETACH) != 0 ||
        chdir("/") != 0)
        return ZYGOTE_ENTER_ROOT;
    umask(077);
    zygote->report.enforced |= ZYGOTE_NAMESPACES;
    return 0;
}
