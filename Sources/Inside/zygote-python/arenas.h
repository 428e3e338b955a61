#ifndef SLUICE_ARENAS_H
#define SLUICE_ARENAS_H

/* The arenas of CPython's small objects (obmalloc.c), side by side, so that they can lie in large pages.
 * Before the interpreter starts. */
void arenas_prepare(void);

/* Gives back the room that nothing has asked for; arenas that come later lie wherever the kernel likes. */
void arenas_close(void);

#endif
