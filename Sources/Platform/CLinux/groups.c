#include "clinux.h"

#include <sys/xattr.h>

int clinux_has_flag(const char *path, const char *name)
{
    char value = 0;
    return getxattr(path, name, &value, 1) == 1 && value == '1';
}
