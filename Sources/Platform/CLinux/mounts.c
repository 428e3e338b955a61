#include "clinux.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

int clinux_seal_mounts(const char *path)
{
    struct mount_attr attribute = {
        .attr_set =
            MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
    };
    return (int)syscall(
        SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE, &attribute, sizeof attribute);
}

int clinux_let_mount_run(const char *path)
{
    struct mount_attr attribute = {.attr_clr = MOUNT_ATTR_NOEXEC};
    return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &attribute, sizeof attribute);
}

int clinux_pivot_root(const char *new_root, const char *put_old)
{
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}
