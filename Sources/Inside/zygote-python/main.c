#include "zygote_engine.h"

static int start(void) { return -1; }
static void after_fork(const unsigned char seed[64]) { (void)seed; }
static void warm(void) {}
static void run(const struct zygote_job *job, struct zygote_result *result) { (void)job; (void)result; }

int main(int argc, char **argv);
int main(int argc, char **argv)
{
    static const struct zygote_engine engine = {"python", start, after_fork, warm, run};
    zygote_main(&engine, argc, argv);
}
