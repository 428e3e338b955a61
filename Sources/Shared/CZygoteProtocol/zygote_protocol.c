#include "zygote_protocol.h"
_Static_assert(sizeof(struct zygote_job_header) == 40, "the frame has no padding");
