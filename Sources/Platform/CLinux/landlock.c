#include "clinux.h"

#include <sys/syscall.h>
#include <unistd.h>

/* Debian 12's headers stop at ABI 2; the numbers are those of Documentation/userspace-api/landlock. */
struct ruleset_attribute {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

struct path_attribute {
    uint64_t files;
    int32_t directory;
} __attribute__((packed));

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
struct port_attribute {
    uint64_t network;
    uint64_t port;
};

enum { VERSION_FLAG = 1, PATH_BENEATH = 1, NETWORK_PORT = 2, CONNECT_TCP = 2 };

int clinux_landlock_rights(struct clinux_landlock_rights *rights)
{
    int abi = (int)syscall(CREATE_RULESET, (void *)0, (size_t)0, VERSION_FLAG);
    if (abi < 1)
        return -1;
    int bits = 13;          /* ABI 1: execute to make_sym */
    if (abi >= 2) bits = 14; /* refer */
    if (abi >= 3) bits = 15; /* truncate */
    if (abi >= 5) bits = 16; /* ioctl_dev */
    if (abi >= 9) bits = 17; /* resolve_unix */
    rights->abi = abi;
    rights->files = (1ull << bits) - 1;
    rights->network = abi >= 4 ? 3 : 0; /* bind and connect of TCP */
    rights->scopes = abi >= 6 ? 3 : 0;  /* abstract sockets and signals */
    return 0;
}

int clinux_landlock_create(const struct clinux_landlock_rights *rights)
{
    struct ruleset_attribute attribute = {rights->files, rights->network, rights->scopes};
    /* An older kernel takes a shorter structure. */
    size_t length = rights->abi >= 6 ? 24 : rights->abi >= 4 ? 16 : 8;
    return (int)syscall(CREATE_RULESET, &attribute, length, 0);
}

int clinux_landlock_allow(int ruleset, int directory, uint64_t files)
{
    struct path_attribute attribute = {files, directory};
    return (int)syscall(ADD_RULE, ruleset, PATH_BENEATH, &attribute, 0);
}

int clinux_landlock_allow_port(int ruleset, uint16_t port)
{
    struct port_attribute attribute = {CONNECT_TCP, port};
    return (int)syscall(ADD_RULE, ruleset, NETWORK_PORT, &attribute, 0);
}

int clinux_landlock_restrict(int ruleset)
{
    return (int)syscall(RESTRICT_SELF, ruleset, 0);
}
