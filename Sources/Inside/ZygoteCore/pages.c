/* Large pages for what a zygote holds.
 *
 * A fork copies the entries of small pages one by one, and the end of the script process takes them down
 * one by one; of a large page there is one entry. The first write of a script process divides its own
 * view of a large page, which costs less than that, and then copies a small page as ever. */
#include "zygote.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

enum { LARGE_PAGE = 2 << 20, SMALL_PAGE = 4 << 10, SMALL_PER_LARGE = LARGE_PAGE / SMALL_PAGE };

/* Of a page that is mostly empty, most would only be memory spent. */
static int is_mostly_used(void *page)
{
    unsigned char presence[SMALL_PER_LARGE];
    int count = 0;
    if (mincore(page, LARGE_PAGE, presence) != 0)
        return 0;
    for (int index = 0; index < SMALL_PER_LARGE; index++)
        count += presence[index] & 1;
    return count > SMALL_PER_LARGE / 2;
}

/* Private writable memory of no file: heaps, arenas, the engine's data. */
static int read_range(const char *line, uintptr_t *start, uintptr_t *end)
{
    char rights[8] = "";
    unsigned long inode = 0;
    return sscanf(line, "%lx-%lx %7s %*s %*s %lu", start, end, rights, &inode) == 4 && inode == 0 &&
           strcmp(rights, "rw-p") == 0 && strstr(line, "[stack") == NULL;
}

/* Where the kernel cannot, nothing changes but the speed. */
void zygote_enlarge_pages(void)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL)
        return;
    while (fgets(line, sizeof line, maps) != NULL) {
        uintptr_t start, end;
        if (!read_range(line, &start, &end))
            continue;
        uintptr_t place = (start + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1);
        for (; place + LARGE_PAGE <= end; place += LARGE_PAGE)
            if (is_mostly_used((void *)place))
                (void)madvise((void *)place, LARGE_PAGE, MADV_COLLAPSE);
    }
    fclose(maps);
}
