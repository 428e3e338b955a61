"""The Python runner: reads a job, runs its script, answers with JSON.

The files of this folder are embedded one after the other and run as one module, in the order that
runners.c gives; each uses names of those before it. The zygote calls `warm_up`, `after_fork` and
`serve`, and nothing else.
"""

import builtins

# Functions made from here on keep these builtins, whatever a script does to its own.
__builtins__ = dict(vars(builtins))

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import warnings

try:
    keep_library, builtins_version  # the zygote's own functions
except NameError:  # the runner's tests have no zygote

    def keep_library(path):
        """Maps a shared library, to stay."""

    def builtins_version():
        """A number that changes with every change to the builtins; None: they may have changed."""
        return None


# Which zygote this is. Most scripts need only the usual modules, and each page of the others would have to
# be copied and torn down with every script process; those that name one of the others, by the
# supervisor's reading, get a zygote that has the whole library loaded.
HAS_WHOLE_LIBRARY = os.environ.pop("SLUICE_LIBRARY", "whole") == "whole"

USUAL = """
json re datetime zoneinfo decimal fractions statistics random uuid hashlib hmac secrets base64 math
cmath itertools functools collections collections.abc dataclasses enum typing string textwrap
unicodedata difflib html urllib.parse csv io copy heapq bisect operator contextlib contextvars time
calendar struct zlib binascii pprint types warnings traceback numbers codecs inspect abc array weakref
linecache encodings.latin_1 encodings.ascii encodings.utf_8_sig encodings.hex_codec
encodings.base64_codec _strptime
""".split()
OTHERS = """
html.parser asyncio gzip bz2 lzma sqlite3 xml.etree.ElementTree xml.dom.minidom email email.message
email.parser email.policy email.utils logging threading concurrent.futures ipaddress colorsys queue
graphlib locale ctypes stat fnmatch pathlib tempfile shutil ast shlex configparser tomllib zipfile
pickle argparse timeit quopri mmap select selectors socket ssl subprocess reprlib mimetypes tokenize
keyword encodings.idna encodings.utf_16 encodings.utf_16_le encodings.cp1252 encodings.utf_16_be
encodings.utf_32 encodings.utf_7 encodings.cp437 encodings.cp850 encodings.cp1250 encodings.cp1251
encodings.iso8859_1 encodings.iso8859_2 encodings.iso8859_15 encodings.koi8_r encodings.shift_jis
encodings.euc_jp encodings.euc_kr encodings.cp949 encodings.gbk encodings.gb18030 encodings.big5
encodings.unicode_escape encodings.raw_unicode_escape encodings.punycode encodings.rot_13
encodings.quopri_codec encodings.zlib_codec concurrent.futures.thread
""".split()

# Extension modules of the distribution that no script needs: tests of CPython itself, terminals,
# sound, name services, and interpreters inside the interpreter.
NOT_PRELOADED = ("_test", "_xx", "xx", "_curses", "_tkinter", "readline", "nis", "ossaudiodev", "_dbm",
                 "_gdbm", "_crypt", "_posixshmem", "_ctypes_test")

# Extension modules that only the whole library has mapped, beside those that it imports: each mapping is
# copied at every fork, and the supervisor sends scripts that name a module which needs one elsewhere
# (LoadedLibrary). To all others they are modules that the distribution was built without.
WHOLE_ONLY = """
_asyncio _bz2 _ctypes _lsprof _lzma _multiprocessing _queue _sqlite3 _ssl audioop mmap resource termios
""".split()


def import_if_there(name):
    try:
        importlib.import_module(name)
    except ImportError:
        pass


def extension_files():
    """(name, path) of the library's extension modules that are not loaded yet."""
    for folder in sys.path:
        if not folder.endswith("lib-dynload") or not os.path.isdir(folder):
            continue
        for file in sorted(os.listdir(folder)):
            name = file.split(".")[0]
            if file.endswith(".so") and not name.startswith(NOT_PRELOADED) and name not in sys.modules:
                yield name, f"{folder}/{file}"


def preload():
    """Imports what scripts commonly use; a module that this distribution lacks is left out.

    After the lock no shared library can be mapped any more, so extension modules are mapped here; imported
    too where the whole library is. Pure Python modules only save time.
    """
    if not HAS_WHOLE_LIBRARY:
        sys.modules.update(dict.fromkeys(WHOLE_ONLY))
    for name in USUAL + OTHERS if HAS_WHOLE_LIBRARY else USUAL:
        import_if_there(name)
    for name, path in extension_files():
        if HAS_WHOLE_LIBRARY:
            import_if_there(name)
        else:
            keep_library(path)


class Adjusted(importlib.abc.Loader):
    """The loader of a module that is adjusted as soon as it is loaded."""

    def __init__(self, loader, adjust):
        self.loader = loader
        self.adjust = adjust

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.loader.exec_module(module)
        self.adjust(module)


class Adjustments(importlib.abc.MetaPathFinder):
    """Adjusts modules of the library, whenever they are imported."""

    def __init__(self):
        self.waiting = {}

    def add(self, name, adjust):
        if name in sys.modules:
            adjust(sys.modules[name])
        else:
            self.waiting[name] = adjust

    def find_spec(self, name, path=None, target=None):
        adjust = self.waiting.pop(name, None)
        spec = adjust and importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec:
            spec.loader = Adjusted(spec.loader, adjust)
        return spec


adjustments = Adjustments()
sys.meta_path.insert(0, adjustments)


def keep_temporary_tables_in_memory(sqlite3):
    """SQLite sorts and indexes large tables in temporary files, which no script has; it can do so in memory.

    The library has no setting for it: each connection is told.
    """
    connect = sqlite3.connect

    def connect_without_files(*positional, **named):
        connection = connect(*positional, **named)
        if isinstance(connection, sqlite3.Connection):
            sqlite3.Connection.execute(connection, "pragma temp_store = memory")
        return connection

    sqlite3.connect = sqlite3.dbapi2.connect = connect_without_files


# The library's own hooks would make locks new and seed the generator: there is one thread, and `after_fork`
# seeds. They cost every script process 180 copied pages.
register_at_fork, os.register_at_fork = os.register_at_fork, lambda **hooks: None

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # audioop and its like
    preload()
if "threading" in sys.modules:  # which has noted the zygote's own number; a script process is the first of its namespace
    sys.modules["threading"].main_thread()._native_id = 1
importlib.import_module("time").tzset()  # reads the file of the zone once; it is out of reach after the lock where no file is shown
builtins.exit = builtins.quit = sys.exit  # what the site module would add
adjustments.add("sqlite3", keep_temporary_tables_in_memory)
os.register_at_fork = register_at_fork
