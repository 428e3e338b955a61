#ifndef SLUICE_CODE_PAGES_H
#define SLUICE_CODE_PAGES_H

/* Moves the engine's code into large pages of this process's own. Every script process then has all of it
 * mapped from its fork on, in a dozen entries, instead of finding it again with a hundred page faults.
 * Where the kernel has no such pages (MADV_COLLAPSE: Linux 6.1) nothing changes. */
void code_pages_enlarge(void);

#endif
