#include "clinux.h"

#include <unistd.h>

int clinux_sync_file_system(int descriptor)
{
    return syncfs(descriptor);
}
