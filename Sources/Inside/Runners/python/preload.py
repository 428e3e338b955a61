"""The Python runner: reads a job, runs its script, answers with JSON.

The files of this folder are embedded one after the other and run as one module, in the order that
runners.c gives; each uses names of those before it. The zygote calls `warm_up`, `after_fork` and
`serve`, and nothing else.
"""

import builtins

# Functions made from here on keep these builtins, whatever a script does to its own.
__builtins__ = dict(vars(builtins))

import importlib
import os
import sys
import warnings

# After the lock no shared library can be mapped any more, so every extension module that scripts
# use must be here before it; pure Python modules only save time.
PRELOADED = """
json re datetime zoneinfo decimal fractions statistics random uuid hashlib hmac secrets base64 math
cmath itertools functools collections collections.abc dataclasses enum typing string textwrap
unicodedata difflib html html.parser urllib.parse csv io copy heapq bisect operator asyncio contextlib
contextvars time calendar struct zlib gzip bz2 lzma binascii sqlite3 xml.etree.ElementTree
xml.dom.minidom email email.message email.parser email.policy email.utils pprint types warnings
traceback logging threading concurrent.futures ipaddress colorsys array queue graphlib numbers locale
ctypes codecs stat fnmatch pathlib tempfile shutil inspect ast weakref abc shlex configparser tomllib
zipfile pickle argparse timeit quopri mmap select selectors socket ssl subprocess reprlib mimetypes
tokenize keyword linecache encodings.idna encodings.utf_16 encodings.utf_16_le encodings.latin_1
encodings.ascii encodings.cp1252 encodings.utf_8_sig encodings.hex_codec encodings.base64_codec
encodings.utf_16_be encodings.utf_32 encodings.utf_7 encodings.cp437 encodings.cp850 encodings.cp1250
encodings.cp1251 encodings.iso8859_1 encodings.iso8859_2 encodings.iso8859_15 encodings.koi8_r
encodings.shift_jis encodings.euc_jp encodings.euc_kr encodings.cp949 encodings.gbk encodings.gb18030
encodings.big5 encodings.unicode_escape encodings.raw_unicode_escape encodings.punycode encodings.rot_13
encodings.quopri_codec encodings.zlib_codec _strptime concurrent.futures.thread
""".split()

# Extension modules of the distribution that no script needs: tests of CPython itself, terminals,
# sound, name services, and interpreters inside the interpreter.
NOT_PRELOADED = ("_test", "_xx", "xx", "_curses", "_tkinter", "readline", "nis", "ossaudiodev", "_dbm",
                 "_gdbm", "_crypt", "_posixshmem", "_ctypes_test")


def import_if_there(name):
    try:
        importlib.import_module(name)
    except ImportError:
        pass


def preload():
    """Imports what scripts commonly use; a module that this distribution lacks is left out."""
    for name in PRELOADED:
        import_if_there(name)
    for folder in sys.path:
        if not folder.endswith("lib-dynload") or not os.path.isdir(folder):
            continue
        for file in sorted(os.listdir(folder)):
            name = file.split(".")[0]
            if file.endswith(".so") and not name.startswith(NOT_PRELOADED) and name not in sys.modules:
                import_if_there(name)


def keep_locale():
    """Loads the one locale there is and keeps it: its files are out of reach after the lock."""
    try:
        library = importlib.import_module("ctypes").CDLL(None)
        every_category = 0x1FBF  # LC_ALL_MASK of locale.h
        library.newlocale.restype = importlib.import_module("ctypes").c_void_p
        return library.newlocale(every_category, b"C.UTF-8", None)
    except (ImportError, OSError, AttributeError):
        return None


def keep_temporary_tables_in_memory():
    """SQLite sorts and indexes large tables in temporary files, which no script has; it can do so in memory.

    The library has no setting for it: each connection is told.
    """
    import sqlite3

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
kept_locale = keep_locale()
importlib.import_module("time").tzset()  # reads the file of the zone once; it is out of reach after the lock where no file is shown
builtins.exit = builtins.quit = sys.exit  # what the site module would add
keep_temporary_tables_in_memory()
os.register_at_fork = register_at_fork
