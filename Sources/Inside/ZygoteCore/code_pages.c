/* Large pages for the code of an engine. */
#include "zygote.h"

#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define LARGE_PAGE ((uintptr_t)2 << 20)
#define SMALL_PAGE ((uintptr_t)4 << 10)

struct span {
    uintptr_t start;
    uintptr_t end;
};

struct code {
    const char *library;
    struct span pages;
};

static uintptr_t round_down(uintptr_t address, uintptr_t unit) { return address & ~(unit - 1); }

static uintptr_t round_up(uintptr_t address, uintptr_t unit)
{
    return round_down(address + unit - 1, unit);
}

/* The whole large pages with code of the library in them, and with the constants that share these pages. */
static int find_code(struct dl_phdr_info *library, size_t size, void *found)
{
    (void)size;
    struct code *code = found;
    struct span fixed = {0, 0}; /* what is mapped without a hole around the code and never written */
    struct span machine = {0, 0};
    if (strstr(library->dlpi_name, code->library) == NULL)
        return 0;
    for (int index = 0; index < library->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[index];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_W) != 0)
            continue;
        uintptr_t start = library->dlpi_addr + part->p_vaddr;
        uintptr_t end = round_up(start + part->p_memsz, SMALL_PAGE);
        start = round_down(start, SMALL_PAGE);
        if (start != fixed.end) {
            if (machine.end > 0)
                break;
            fixed.start = start;
        }
        fixed.end = end;
        if ((part->p_flags & PF_X) != 0)
            machine = (struct span){start, end};
    }
    uintptr_t first = round_down(machine.start, LARGE_PAGE);
    uintptr_t last = round_up(machine.end, LARGE_PAGE);
    uintptr_t first_whole = round_up(fixed.start, LARGE_PAGE);
    uintptr_t last_whole = round_down(fixed.end, LARGE_PAGE);
    code->pages.start = first > first_whole ? first : first_whole;
    code->pages.end = last < last_whole ? last : last_whole;
    return 1;
}

/* Room whose start is that of a large page. */
static unsigned char *map_aligned(size_t length)
{
    unsigned char *space = mmap(
        NULL, length + LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (space == MAP_FAILED)
        return NULL;
    size_t before = (LARGE_PAGE - ((uintptr_t)space & (LARGE_PAGE - 1))) & (LARGE_PAGE - 1);
    if (before > 0)
        (void)munmap(space, before);
    (void)munmap(space + before + length, LARGE_PAGE - before);
    return space + before;
}

void zygote_enlarge_code(const char *library)
{
    struct code code = {library, {0, 0}};
    dl_iterate_phdr(find_code, &code);
    if (code.pages.end <= code.pages.start)
        return;
    size_t length = code.pages.end - code.pages.start;
    unsigned char *copy = map_aligned(length);
    if (copy == NULL)
        return;
    (void)madvise(copy, length, MADV_HUGEPAGE);
    memcpy(copy, (const void *)code.pages.start, length);
    /* All or nothing: small pages of its own would each have to be copied at every fork. */
    if (madvise(copy, length, MADV_COLLAPSE) != 0 ||
        mprotect(copy, length, PROT_READ | PROT_EXEC) != 0 ||
        mremap(copy, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)code.pages.start) ==
            MAP_FAILED)
        (void)munmap(copy, length);
}
