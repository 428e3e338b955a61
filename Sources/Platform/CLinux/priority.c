#include "clinux.h"

#include <pthread.h>
#include <sched.h>

int clinux_give_way(int pid, int is_on)
{
    struct sched_param none = {0};
    return sched_setscheduler(pid, is_on ? SCHED_IDLE : SCHED_OTHER, &none);
}

int clinux_gives_way(int pid)
{
    return sched_getscheduler(pid) == SCHED_IDLE;
}

static void *there_and_back(void *result)
{
    *(int *)result = clinux_give_way(0, 1) == 0 && clinux_give_way(0, 0) == 0;
    return NULL;
}

int clinux_can_return(void)
{
    pthread_t thread;
    int result = 0;
    /* A thread of its own, which ends as whatever it has become. */
    if (pthread_create(&thread, NULL, there_and_back, &result) == 0)
        (void)pthread_join(thread, NULL);
    return result;
}
