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

struct code {
    const char *library;
    uintptr_t start;
    uintptr_t end;
};

/* The whole large pages in the code of the library. */
static int find_code(struct dl_phdr_info *library, size_t size, void *found)
{
    (void)size;
    struct code *code = found;
    if (strstr(library->dlpi_name, code->library) == NULL)
        return 0;
    for (int index = 0; index < library->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[index];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
            continue;
        uintptr_t start = library->dlpi_addr + part->p_vaddr;
        code->start = (start + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
        code->end = (start + part->p_memsz) & ~(LARGE_PAGE - 1);
        return 1;
    }
    return 0;
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
    struct code code = {library, 0, 0};
    dl_iterate_phdr(find_code, &code);
    if (code.end <= code.start)
        return;
    size_t length = code.end - code.start;
    unsigned char *copy = map_aligned(length);
    if (copy == NULL)
        return;
    (void)madvise(copy, length, MADV_HUGEPAGE);
    memcpy(copy, (const void *)code.start, length);
    /* All or nothing: small pages of its own would each have to be copied at every fork. */
    if (madvise(copy, length, MADV_COLLAPSE) != 0 ||
        mprotect(copy, length, PROT_READ | PROT_EXEC) != 0 ||
        mremap(copy, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)code.start) ==
            MAP_FAILED)
        (void)munmap(copy, length);
}
