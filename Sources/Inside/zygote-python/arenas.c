#include "arenas.h"
#include "interpreter.h"

#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20, ROOM = 64 << 20 };

static unsigned char *next; /* NULL: there is no room */
static unsigned char *end;

static void *map(size_t length)
{
    void *space =
        mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return space == MAP_FAILED ? NULL : space;
}

static void *take(void *context, size_t size)
{
    (void)context;
    if ((size_t)(end - next) < size)
        return map(size);
    unsigned char *arena = next;
    next += size;
    return arena;
}

static void give_back(void *context, void *arena, size_t size)
{
    (void)context;
    (void)munmap(arena, size);
}

void arenas_prepare(void)
{
    unsigned char *space = map(ROOM);
    if (space == NULL)
        return;
    next = space + (LARGE_PAGE - ((uintptr_t)space & (LARGE_PAGE - 1)));
    end = space + ROOM;
    (void)munmap(space, (size_t)(next - space));
    PyObjectArenaAllocator allocator = {NULL, take, give_back};
    PyObject_SetArenaAllocator(&allocator);
}

void arenas_close(void)
{
    if (end > next)
        (void)munmap(next, (size_t)(end - next));
    next = end = NULL;
}
