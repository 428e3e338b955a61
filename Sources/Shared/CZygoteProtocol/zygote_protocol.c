#include "zygote_protocol.h"
_Static_assert(sizeof(struct zygote_job_header) == 40, "the frame has no padding");
_Static_assert(sizeof(struct zygote_result_header) == 16, "the frame has no padding");
_Static_assert(sizeof(struct zygote_report) == 32, "the message has no padding");
_Static_assert(
    sizeof(struct zygote_settings) ==
        56 + ZYGOTE_BIND_COUNT + ZYGOTE_BIND_COUNT * ZYGOTE_BIND_LENGTH + ZYGOTE_MODULES_LENGTH +
            ZYGOTE_FILTER_LENGTH,
    "the message has no padding");
