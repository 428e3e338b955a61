/* What the supervisor (Swift) and the zygotes (C) say to each other. One header, both sides.
 *
 * Job frame, supervisor -> script process on descriptor 0, little endian, nothing before or after:
 *
 *   u32 magic  u32 module_count  u64 options  u64 source  u64 input  u64 context
 *   module_count x { u64 path  u64 source }
 *   the bytes: options, source, input, context, then path and source of each module
 *
 * Result frame, script process -> supervisor on descriptor 3, exactly one:
 *
 *   u32 magic  u32 kind  u64 length  then length bytes
 */
#ifndef SLUICE_ZYGOTE_PROTOCOL_H
#define SLUICE_ZYGOTE_PROTOCOL_H

#include <stdint.h>

#define ZYGOTE_JOB_MAGIC 0x31424f4au    /* "JOB1" */
#define ZYGOTE_RESULT_MAGIC 0x31534552u /* "RES1" */

/* How a run ended, as the runner saw it. The payload is JSON text in every case. */
enum zygote_result_kind {
    ZYGOTE_RETURNED = 1,        /* payload: the value that main returned */
    ZYGOTE_RAISED = 2,          /* payload: {"type", "message", "line", "traceback"} */
    ZYGOTE_OUT_OF_MEMORY = 3,   /* payload: as for raised */
    ZYGOTE_OUTPUT_EXCEEDED = 4  /* payload: {"message"}; size or depth of the value */
};

struct zygote_job_header {
    uint32_t magic;
    uint32_t module_count;
    uint64_t options_length;
    uint64_t source_length;
    uint64_t input_length;
    uint64_t context_length;
};

struct zygote_result_header {
    uint32_t magic;
    uint32_t kind;
    uint64_t length;
};

#endif
