/* System calls that glibc 2.36 does not wrap, that its headers are too old for, or that Swift cannot
 * import. Every function returns -1 and sets errno on failure, unless it says otherwise. */
#ifndef SLUICE_CLINUX_H
#define SLUICE_CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/* --- seccomp_unotify(2) --- */

struct clinux_notification {
    uint64_t id;
    uint32_t pid; /* in the pid namespace of the reader */
    uint32_t architecture;
    int32_t call;
    int32_t reserved;
    uint64_t arguments[6];
};

/* Numbers of calls, which differ between architectures. */
enum clinux_call {
    CLINUX_CALL_CLONE = SYS_clone,
    CLINUX_CALL_EXIT_GROUP = SYS_exit_group,
    CLINUX_CALL_TGKILL = SYS_tgkill,
    CLINUX_CALL_PRCTL = SYS_prctl,
    CLINUX_CALL_CAPSET = SYS_capset,
    CLINUX_CALL_PRLIMIT64 = SYS_prlimit64,
    CLINUX_CALL_CLOSE = SYS_close,
    CLINUX_CALL_RT_SIGACTION = SYS_rt_sigaction,
    CLINUX_CALL_GETRANDOM = SYS_getrandom,
    CLINUX_CALL_EXECVE = SYS_execve,
    CLINUX_CALL_MMAP = SYS_mmap,
    CLINUX_CALL_KILL = SYS_kill,
    CLINUX_CALL_SET_TID_ADDRESS = SYS_set_tid_address,
#ifdef SYS_arch_prctl
    CLINUX_CALL_ARCH_PRCTL = SYS_arch_prctl
#else
    CLINUX_CALL_ARCH_PRCTL = -1
#endif
};

/* Installs the program with a listener; the descriptor of the listener. */
int clinux_seccomp_install(const void *program, size_t length);
/* 1 with a notification; 0 when its process died or was interrupted before it could be read. */
int clinux_seccomp_receive(int listener, struct clinux_notification *notification);
/* 1 while the caller waits: it has not died, and its number is still its own. */
int clinux_seccomp_is_waiting(int listener, uint64_t id);
/* The call is made after all. Only safe when no memory of the caller decides. */
int clinux_seccomp_continue(int listener, uint64_t id);
/* The call returns `value`, or fails with `error` when that is not 0. */
int clinux_seccomp_answer(int listener, uint64_t id, int64_t value, int error);
/* Puts `descriptor` at number `target` of the caller. */
int clinux_seccomp_inject(int listener, uint64_t id, int descriptor, int target);
/* Whether caller and supervisor wake each other on their own processor (Linux 6.6); a hint. */
void clinux_seccomp_wake_here(int listener, int is_on);

/* --- priority.c --- */

/* Whether the thread runs only when nobody else wants to (SCHED_IDLE, sched(7)); 0, or -1 with errno. */
int clinux_give_way(int pid, int is_on);
int clinux_gives_way(int pid);
/* Whether this process may also take it back: CAP_SYS_NICE, or a limit RLIMIT_NICE of 20. */
int clinux_can_return(void);

/* --- landlock(7) --- */

struct clinux_landlock_rights {
    int abi;
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

#define CLINUX_LANDLOCK_EXECUTE (1ull << 0)
#define CLINUX_LANDLOCK_READ_FILE (1ull << 2)
#define CLINUX_LANDLOCK_READ_DIR (1ull << 3)

/* Every right that the running kernel can restrict. */
int clinux_landlock_rights(struct clinux_landlock_rights *rights);
/* A ruleset that handles all of `rights`; its descriptor. */
int clinux_landlock_create(const struct clinux_landlock_rights *rights);
int clinux_landlock_allow(int ruleset, int directory, uint64_t files);
/* Lets TCP connect to `port`, of whatever address; from ABI 4. */
int clinux_landlock_allow_port(int ruleset, uint16_t port);
int clinux_landlock_restrict(int ruleset);

/* --- mounts --- */

/* read-only, nosuid, nodev, noexec on everything below `path`. */
int clinux_seal_mounts(const char *path);
/* Takes noexec off the mount at `path` again; no other flag. */
int clinux_let_mount_run(const char *path);
int clinux_pivot_root(const char *new_root, const char *put_old);

/* --- things to look for from inside of a box --- */

/* A listening TCP socket on 127.0.0.1; its port in `port`. */
int clinux_listen_on_loopback(uint16_t *port);
/* A listening Unix socket with an abstract name. */
int clinux_listen_on_abstract_name(const char *name);

/* --- control groups --- */

/* 1 when the extended attribute `name` of `path` is the one character 1 (xattr(7)); else 0. */
int clinux_has_flag(const char *path, const char *name);

/* --- files --- */

/* Everything written to the file system that holds `descriptor` is on the disk. */
int clinux_sync_file_system(int descriptor);

/* --- processes --- */

struct clinux_exit {
    int32_t signal; /* 0 when it exited by itself */
    int32_t status; /* exit status when signal is 0 */
    uint64_t cpu_microseconds;
    uint64_t peak_memory_bytes;
    uint64_t minor_faults; /* pages it touched first, or wrote first after the fork */
};

int clinux_pidfd_open(pid_t pid);
int clinux_pidfd_kill(int pidfd, int signal);
/* 1 and the exit of an ended child; 0 when it still runs. */
int clinux_pidfd_reap(int pidfd, struct clinux_exit *exit);
/* 1 when the process is a child of this process, 0 when not. */
int clinux_pidfd_is_child(int pidfd);
/* Reaps every ended child of the process group; how many are left is not known: 1 when there may be
 * more, 0 when there are none. */
int clinux_reap_group(pid_t group);
/* CPU time of another process, nanoseconds; -1 when it is gone. */
int64_t clinux_cpu_nanoseconds(pid_t pid);

/* Becomes user and group `number` in every thread, with no other group. */
int clinux_become_user(uint32_t number);
/* Nanoseconds that fork, exit and wait of an empty child take: the least that any process costs. The
 * child makes no other call. */
int64_t clinux_fork_exit_wait(void);

struct clinux_spawn {
    const char *path;
    char *_Nullable const *_Nonnull arguments;
    char *_Nullable const *_Nonnull environment;
    int descriptor; /* the only one the process gets beside 0 to 2, which are /dev/null */
    int target;     /* its number there */
    int output;       /* descriptor for its 1, or -1 for /dev/null */
    int error_output; /* the same for its 2 */
    int folder;       /* descriptor of its working folder, or -1 to stay here */
};

/* Starts the process from a thread that never ends: PR_SET_PDEATHSIG fires when the starting *thread*
 * ends. It leads a process group of its own. The pid. */
pid_t clinux_spawn(const struct clinux_spawn *request);

/* --- threads --- */

/* Starts a detached thread that runs `body(context)` with every signal blocked. */
int clinux_start_thread(const char *name, void (*body)(void *_Nullable), void *_Nullable context);

/* --- waiting for many descriptors --- */

enum clinux_readiness { CLINUX_READABLE = 1, CLINUX_WRITABLE = 2, CLINUX_HANG_UP = 4 };

struct clinux_event {
    uint64_t token;
    uint32_t ready; /* bits of enum clinux_readiness */
    uint32_t reserved;
};

int clinux_poller(void);
/* Level-triggered; interest is CLINUX_READABLE, CLINUX_WRITABLE, both or neither. */
int clinux_poller_add(int poller, int descriptor, uint32_t interest, uint64_t token);
int clinux_poller_remove(int poller, int descriptor);
/* How many events were written to `events`, at most 64; 0 after the time or a signal. */
int clinux_poller_wait(int poller, struct clinux_event *events, int milliseconds);
/* An eventfd(2), non-blocking. */
int clinux_wake_up(void);
void clinux_wake_up_signal(int descriptor);
void clinux_wake_up_clear(int descriptor);

/* --- words --- */

/* `EPERM` and `Operation not permitted`; NULL for a number that is none. */
const char *_Nullable clinux_error_name(int error);
const char *_Nullable clinux_error_text(int error);

/* --- sockets and pipes --- */

int clinux_packet_pair(int descriptors[_Nonnull 2]);
int clinux_pipe(int descriptors[_Nonnull 2]);
/* Receives one message and the descriptors that came with it, -1 where none did. */
ssize_t clinux_receive(int socket, void *buffer, size_t length, int descriptors[_Nonnull 2]);
/* Sends without raising SIGPIPE. */
ssize_t clinux_send(int socket, const void *buffer, size_t length);

/* --- TCP --- */

struct clinux_address {
    uint8_t bytes[16];
    size_t length; /* 4 or 16 */
};

/* The next connection of a listening socket, non-blocking; -1 with EAGAIN when there is none. */
int clinux_accept(int listener);
/* A non-blocking socket on its way to an address of 4 or 16 bytes; writable when it has arrived, or not. */
int clinux_connect(const uint8_t *address, size_t length, uint16_t port);
/* What became of it: 0 or an errno. */
int clinux_socket_error(int socket);
/* Tells the other end that nothing more will come. */
int clinux_end_writing(int socket);
/* Closing will reset the connection: the other end sees an error, not an end. */
int clinux_reset_when_closed(int socket);
/* Asks the resolver of the system, which takes its time; how many addresses were found, 0 for none. */
int clinux_resolve(const char *name, struct clinux_address *addresses, int room);

/* Lets this process have as many open files as it may; how many, 0 when that cannot be told. */
uint64_t clinux_raise_open_files(void);

/* Processors that this process may use; 0 when that cannot be told. */
int clinux_processor_count(void);

/* From now on SIGINT, SIGTERM and SIGHUP write `said` (at most 511 bytes of it) to descriptor 2 and end
 * the process with status 128 + the signal. 0, or -1 with errno. */
int clinux_leave_saying(const char *said);

/* From now on the first SIGTERM or SIGINT makes this descriptor readable, and a second one ends the
 * process. -1 with errno. */
int clinux_termination_descriptor(void);

/* From now on each SIGHUP makes this descriptor readable. -1 with errno. */
int clinux_hangup_descriptor(void);

/* Sends a datagram to a unix socket; a name that begins with '@' is an abstract one. 0, or -1. */
int clinux_send_datagram(const char *path, const char *text);

#pragma clang assume_nonnull end
#endif
