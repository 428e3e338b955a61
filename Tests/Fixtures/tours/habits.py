"""What honest code asks in passing: main returns the names of the habits that failed; none is refused anything."""

import argparse, asyncio, cProfile, concurrent.futures, contextlib, decimal, doctest, faulthandler, gc, getpass, gettext
import glob, hashlib, importlib.metadata, importlib.resources, inspect, io, json, linecache, locale, logging
import logging.handlers, mimetypes, mmap, multiprocessing, os, pathlib, pkgutil, platform, pstats, pydoc, queue, random
import resource, secrets, select, selectors, shutil, signal, socket, sqlite3, ssl, subprocess, sys, sysconfig, tempfile
import termios, threading, time, tracemalloc, unittest, urllib.request, uuid, zoneinfo


def parser():
    made = argparse.ArgumentParser(prog="habit", description="A habit.")
    made.add_argument("--count", type=int, default=1, help="how often")
    return made.format_help() and made.parse_args(["--count", "3"]).count == 3


def wrong_arguments():
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            argparse.ArgumentParser(prog="habit").parse_args(["--what"])
        except SystemExit:
            return "usage: habit" in said.getvalue()


def clocks():
    time.tzset()
    time.sleep(0.0005)
    names = ("monotonic", "perf_counter", "process_time", "thread_time", "time")
    return all(time.get_clock_info(name).resolution > 0 for name in names) and time.strftime("%Z") == "UTC"


def logged():
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)
    logging.getLogger("habit").info("said %s", "this")
    return logging.handlers.MemoryHandler(10)


def tested():
    class Case(unittest.TestCase):
        def test_it(self):
            self.assertEqual(1, 1)

    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Case)
    return unittest.TextTestRunner(stream=io.StringIO()).run(suite).wasSuccessful()


def profiled():
    watch = cProfile.Profile()
    watch.runcall(sum, range(10))
    pstats.Stats(watch, stream=io.StringIO()).print_stats()
    return True


def identifiers():
    first, second = uuid.uuid1(), uuid.uuid1()
    return first != second and first.node == uuid.getnode() and uuid.uuid4().version == 4


def locks():
    lock = threading.Lock()
    with lock:
        late = not lock.acquire(timeout=0.002)
    return late and threading.Event().wait(0.001) is False and threading.get_native_id() > 0


def looked_around():
    return (not os.path.exists("/etc/passwd") or not os.access("/etc/passwd", os.R_OK)) and glob.glob("*") == [] \
        and list(os.walk("/etc")) == [] and not pathlib.Path("x").exists() and shutil.which("ls") is None


def asked_about_itself():
    return os.getpid() and os.cpu_count() and os.times() and os.getrandom(4) and os.uname() \
        and resource.getrlimit(resource.RLIMIT_AS) and resource.getrusage(resource.RUSAGE_SELF) \
        and [os.sysconf(name) for name in ("SC_PAGE_SIZE", "SC_PHYS_PAGES", "SC_CLK_TCK")]


def handled_signal():
    seen = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
    signal.raise_signal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)
    signal.pthread_sigmask(signal.SIG_BLOCK, [])
    return seen == [signal.SIGUSR1]


def terminals():
    for number in range(3):
        os.isatty(number)
    try:
        termios.tcgetattr(1)
    except termios.error:
        pass
    try:
        os.get_terminal_size()
    except OSError:
        return shutil.get_terminal_size().columns == 80


def paired():
    near, far = socket.socketpair()
    with near, far:
        near.sendall(b"x")
        return far.recv(1) == b"x"


async def awaited():
    process = asyncio.get_running_loop()
    return process.is_running()


HABITS = [
    parser, wrong_arguments, clocks, logged, tested, profiled, identifiers, locks, looked_around, asked_about_itself,
    handled_signal, terminals, paired,
    lambda: asyncio.run(awaited()),
    lambda: locale.setlocale(locale.LC_ALL, "") and locale.getpreferredencoding() and locale.localeconv(),
    lambda: platform.platform() and platform.uname() and platform.libc_ver() and platform.architecture(),
    lambda: platform.processor() == "",
    lambda: multiprocessing.cpu_count() and multiprocessing.current_process().name,
    lambda: tempfile.SpooledTemporaryFile().write(b"a"),
    lambda: subprocess.list2cmdline(["a b"]) == '"a b"',
    lambda: sqlite3.connect(":memory:").execute("select 1").fetchone() == (1,),
    lambda: zoneinfo.ZoneInfo("Europe/Paris") and len(zoneinfo.available_timezones()) > 400,
    lambda: decimal.Decimal(1) / 3,
    lambda: random.SystemRandom().random() >= 0 and secrets.token_hex(),
    lambda: ssl.create_default_context() and ssl.get_default_verify_paths(),
    lambda: mmap.mmap(-1, 4096)[0] == 0,
    lambda: doctest.testmod(sys.modules["json"]).failed == 0,
    lambda: inspect.getsource(json.dumps) and linecache.getline(json.__file__, 1),
    lambda: pydoc.render_doc(len) and gettext.gettext("x") == "x",
    lambda: mimetypes.guess_type("a.html")[0] == "text/html",
    lambda: [module.name for module in pkgutil.iter_modules()] and list(importlib.metadata.distributions()) is not None,
    lambda: importlib.resources.files("email") and sysconfig.get_paths() and sysconfig.get_platform(),
    lambda: urllib.request.build_opener() and urllib.request.getproxies() == {},
    lambda: select.select([], [], [], 0.0005) == ([], [], []) and selectors.DefaultSelector().close() is None,
    lambda: tracemalloc.start() or tracemalloc.take_snapshot() and tracemalloc.stop() is None,
    lambda: faulthandler.enable() or faulthandler.disable(),
    lambda: [hashlib.new(name) for name in hashlib.algorithms_guaranteed],
    lambda: os.write(os.dup(2), b"copied\n") and os.get_inheritable(2) is not None,
    lambda: getpass.getuser.__name__ and gc.collect() >= 0 and queue.Queue().empty(),
    lambda: concurrent.futures.ThreadPoolExecutor(1),
]


def main():
    failed = []
    for number, habit in enumerate(HABITS):
        name = habit.__name__ if habit.__name__ != "<lambda>" else f"habit {number} (line {habit.__code__.co_firstlineno})"
        try:
            if not habit():
                failed.append(name)
        except BaseException as error:
            failed.append(f"{name}: {type(error).__name__}: {error}")
    return failed
