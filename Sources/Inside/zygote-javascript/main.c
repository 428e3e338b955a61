/* Theory of operation
 *
 * One virtual machine with two realms (global contexts). The runner's realm holds the runner's own
 * code with intrinsics no script can reach by name; the script's realm holds the globals a script
 * sees and, later, the script. Values cross freely, so the runner reads a script's objects with
 * functions the script cannot have replaced. That is for correctness only: what a script may do is
 * decided by the process it runs in, never by its realm.
 *
 *   start       before the lock: both realms, the runner, the globals, one harmless run
 *   after_fork  in each child: fresh seeds; JavaScriptCore itself has nothing to do after a fork
 *   warm        in each child: one harmless run
 *   run         the script: serve, then turn timers and promise reactions until main has settled
 *
 * Its options (engine.c), and Malloc=1 in the environment, which is read before main, leave one
 * thread, and no executable memory ever.
 */
#include "engine.h"

int main(int argc, char **argv);
int main(int argc, char **argv)
{
    zygote_main(&javascript_engine, argc, argv);
}
