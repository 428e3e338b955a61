"""Makes namespaces, in which a process has rights that it lacks here."""
from kit import attempts, call

UNSHARE = 272
KINDS = {"users": 0x10000000, "files": 0x400, "system": 0x40000}


def main():
    return attempts({name: lambda flags=flags: call(UNSHARE, flags) for name, flags in KINDS.items()})
