"""Habits of the library that ask for what no script has: answered here, so that an honest script is refused nothing."""

import errno
import importlib.abc

# Compiled modules of the distribution that no script can load after the lock, and why.
ABSENT = {
    "readline": "it is for terminals", "_curses": "it is for terminals", "_curses_panel": "it is for terminals",
    "_tkinter": "it is for screens", "ossaudiodev": "it is for sound", "nis": "it asks a network",
    "_dbm": "it keeps files", "_gdbm": "it keeps files", "_posixshmem": "it is a channel to other processes",
    "_crypt": "it is for password files; use hashlib.scrypt",
}


class AbsentModules(importlib.abc.MetaPathFinder):
    """Says at once that such a module is not there: libraries that only try it go on without a refused call."""

    def find_spec(self, name, path=None, target=None):
        if name in ABSENT:
            raise ModuleNotFoundError(f"the module '{name}' is in no profile: {ABSENT[name]}", name=name)


def make_identifiers_of_random_numbers():
    """uuid1 would look for network cards, a clock file and a daemon; RFC 4122 allows a random node instead."""
    import uuid

    uuid._generate_time_safe = None
    uuid._GETTERS = []
    uuid._OS_GETTERS = []


def know_the_processor():
    """platform.processor() would run `uname -p`, which answers nothing on Debian."""
    import platform

    if hasattr(platform, "_Processor"):
        platform._Processor.from_subprocess = staticmethod(lambda: "")


def say_that_alarms_are_refused():
    """alarm(2) cannot fail, so the library does not look at its answer."""
    import signal

    alarm = signal.alarm

    def alarm_or_error(seconds, /):
        left = alarm(seconds)
        if left == 0xFFFFFFFF:
            raise PermissionError(errno.EPERM, "no alarm was set; 'timeout' of the node ends a script, asyncio.timeout works within it")
        return left

    signal.alarm = alarm_or_error


def know_the_own_name(socket):
    """getfqdn() would look the machine's name up for email's make_msgid and its like; in the box it is this."""
    look_up = socket.getfqdn

    def getfqdn(name=""):
        return "sluice" if name.strip() in ("", "0.0.0.0", "::", "sluice") else look_up(name)

    socket.getfqdn = getfqdn


sys.meta_path.insert(0, AbsentModules())
make_identifiers_of_random_numbers()
know_the_processor()
say_that_alarms_are_refused()
adjustments.add("socket", know_the_own_name)
