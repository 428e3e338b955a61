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
 *
 * Before any script there is a conversation between the supervisor and the zygote over one
 * SOCK_SEQPACKET socket, which the zygote finds at descriptor ZYGOTE_CONTROL:
 *
 *   supervisor -> zygote   one struct zygote_settings
 *   zygote -> supervisor   one struct zygote_report: what failed, or ZYGOTE_LOCKED with the seccomp
 *                          listener attached (SCM_RIGHTS), and behind it the listening socket of the
 *                          egress broker when the settings name a broker_port
 *   supervisor -> zygote   messages of n bytes, each a request for n script processes
 *
 * A script process says only two things, both as system calls that its filter turns into a
 * notification: that it is ready (ZYGOTE_READY_CALL), and its exit status (exit_group). What went
 * wrong before it was ready is in that status: see ZYGOTE_SETUP_FAILURE.
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

#define ZYGOTE_SETTINGS_MAGIC 0x31544553u /* "SET1" */
#define ZYGOTE_REPORT_MAGIC 0x31504552u   /* "REP1" */

/* Where the supervisor puts the socket, above everything an engine opens for itself. */
#define ZYGOTE_CONTROL 60

/* What the supervisor asks a zygote for, one byte for each script process. */
enum zygote_request {
    ZYGOTE_REQUEST_WARM = 1,   /* one for the reserve: its pages are warmed before it is ready */
    ZYGOTE_REQUEST_HURRIED = 2 /* a run waits for it, and would only wait for the warming too */
};
#define ZYGOTE_REQUEST_COUNT 64u /* in one message */

/* sched_rr_get_interval: never in a profile, without an effect if nobody answers it, and let through by the
 * filters that container engines and systemd put around a service. What such a filter refuses never
 * reaches a supervisor inside of it. */
#if defined(__x86_64__)
#define ZYGOTE_READY_CALL 148u
#else
#define ZYGOTE_READY_CALL 127u
#endif
#define ZYGOTE_READY_MAGIC 0x59444145u /* "READY" without its R */
/* First argument of the same call from the Python runner of a recording: the second is the line of the
 * script that begins. Refused, and never believed beyond what is shown. */
#define ZYGOTE_LINE_MAGIC 0x454e494cu /* "LINE" */

/* The layers of the box, as bits. */
enum zygote_layer {
    ZYGOTE_NAMESPACES = 1, /* user, mount, net, ipc, uts, cgroup, pid, and the private root */
    ZYGOTE_LANDLOCK = 2,
    ZYGOTE_SECCOMP = 4,    /* that refused calls are refused; the listener itself is always there */
    ZYGOTE_LIMITS = 8      /* setrlimit(2) */
};

/* Whether scripts see installed packages. The supervisor starts the zygote in their folder, which is
 * how a zygote that may not walk to it can show it. */
enum zygote_packages {
    ZYGOTE_NO_PACKAGES = 0,
    ZYGOTE_PACKAGES = 1,
    ZYGOTE_COMPILED_PACKAGES = 2 /* their shared libraries can be mapped, if the filter allows it */
};
/* Where scripts see them; without namespaces it is their working folder. */
#define ZYGOTE_PACKAGES_PLACE "/packages"

enum {
    ZYGOTE_BIND_COUNT = 40,
    ZYGOTE_BIND_LENGTH = 192,
    ZYGOTE_MODULES_LENGTH = 512,
    ZYGOTE_FILTER_LENGTH = 4096 * 8 /* BPF_MAXINSNS of struct sock_filter */
};

/* What a bind is for, beside being read. */
enum zygote_bind_use {
    ZYGOTE_BIND_CODE = 1, /* its code may be mapped; only our own set-up does, the filter stops scripts */
    ZYGOTE_BIND_PROGRAM = 2 /* it may be started as a program, for which the same holds */
};

/* All that a zygote is told. Fixed size, numbers and bytes: a zygote parses no text. */
struct zygote_settings {
    uint32_t magic;
    uint32_t leave_out;    /* bits of enum zygote_layer */
    uint32_t kernel_id;    /* uid and gid to become when started as root; 0 keeps them */
    uint32_t cpu_seconds;  /* RLIMIT_CPU of each script process */
    uint64_t memory_bytes; /* what a script may map beyond what the warm engine has */
    uint32_t processes;    /* of a script, itself included */
    uint32_t open_files;
    uint32_t bind_count;
    uint32_t filter_length; /* bytes, a multiple of 8 */
    uint32_t packages;      /* enum zygote_packages */
    /* RLIMIT_NPROC of a script that may have several: all that share the zygote's user. 0: left alone */
    uint32_t user_processes;
    uint32_t broker_port; /* of 127.0.0.1 in the zygote's own network namespace; 0: no network */
    uint32_t reserved;
    unsigned char bind_uses[ZYGOTE_BIND_COUNT]; /* bits of enum zygote_bind_use */
    char binds[ZYGOTE_BIND_COUNT][ZYGOTE_BIND_LENGTH]; /* absolute paths, zero-terminated */
    char modules[ZYGOTE_MODULES_LENGTH]; /* for the engine to load before the lock: names, by spaces */
    unsigned char filter[ZYGOTE_FILTER_LENGTH];
};

struct zygote_report {
    uint32_t magic;
    uint32_t stage; /* enum zygote_stage: where it failed, or ZYGOTE_LOCKED */
    int32_t error;  /* errno; 0 with ZYGOTE_LOCKED */
    uint32_t enforced; /* bits of enum zygote_layer */
    uint32_t landlock_abi;
    uint32_t reserved;
    uint64_t address_space; /* VmSize of the warm engine, bytes */
};

/* The stages of locking down, in the order in which they happen. The numbers travel to the
 * supervisor, which puts them into words: never reuse one. */
enum zygote_stage {
    ZYGOTE_TAKE_SETTINGS = 1,
    ZYGOTE_CHANGE_IDENTITY = 2,
    ZYGOTE_USER_NAMESPACE = 3,
    ZYGOTE_MAP_IDENTITY = 4,
    ZYGOTE_OTHER_NAMESPACES = 5,
    ZYGOTE_PLACE_DESCRIPTORS = 6,
    ZYGOTE_START_ENGINE = 7,
    ZYGOTE_COUNT_THREADS = 8,
    ZYGOTE_BUILD_ROOT = 9,
    ZYGOTE_BIND_FILES = 10,
    ZYGOTE_SEAL_ROOT = 11,
    ZYGOTE_ENTER_ROOT = 12,
    ZYGOTE_SET_LIMITS = 13,
    ZYGOTE_DROP_CAPABILITIES = 14,
    ZYGOTE_NO_NEW_PRIVILEGES = 15,
    ZYGOTE_RESTRICT_FILES = 16,
    ZYGOTE_START_COURIER = 17,
    ZYGOTE_INSTALL_FILTER = 18,
    ZYGOTE_LOCKED = 19,
    ZYGOTE_OPEN_BROKER_PORT = 24,
    /* in each script process */
    ZYGOTE_CHILD_PARENT_DEATH = 32,
    ZYGOTE_CHILD_CAPABILITIES = 33,
    ZYGOTE_CHILD_LIMITS = 34,
    ZYGOTE_CHILD_SEED = 35,
    ZYGOTE_CHILD_SELF_TEST = 36,
    ZYGOTE_CHILD_READY = 37,
    ZYGOTE_CHILD_TAKE_JOB = 38,
    ZYGOTE_CHILD_START_PROGRAM = 39,
    ZYGOTE_CHILD_PROGRAM_VERSION = 40 /* the version stands where errno does */
};

/* A child that became another program (Node) says that it is ready by kill(ZYGOTE_READY_MAGIC, 0), the
 * call with registers of its choice that it can make from its own language. One that is older than this
 * says so by its exit status (ZYGOTE_CHILD_PROGRAM_VERSION), or by status 9 when it does not even know its
 * options. */
#define ZYGOTE_OLDEST_NODE 18
#define ZYGOTE_NODE_KNOWS_NO_OPTION 9

/* Argument of exit_group: 0x5e, stage, errno. The kernel keeps 8 bits of it, the notification all. */
#define ZYGOTE_SETUP_FAILURE 0x5e000000u
#define ZYGOTE_SETUP_STAGE(status) (((status) >> 12) & 0xfffu)
#define ZYGOTE_SETUP_ERROR(status) ((status) & 0xfffu)

/* Exit status of a script process that aborted: as pid 1 of its namespace it cannot die of SIGABRT. */
#define ZYGOTE_ABORTED 134

#endif
