"""Runs scripts through the runners without the sandbox: Python in a fork of the test, JavaScript
through `driver/`, which calls the engine as a zygote would."""

import atexit
import fcntl
import functools
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import types
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INSIDE = os.path.join(ROOT, "Sources", "Inside")
RETURNED, RAISED, OUT_OF_MEMORY, OUTPUT_EXCEEDED = 1, 2, 3, 4


class Outcome:
    """The result frame of a run and what it printed."""

    def __init__(self, kind, payload, stdout="", stderr=""):
        self.kind = kind
        self.text = payload
        self.payload = json.loads(payload)
        self.stdout = stdout
        self.stderr = stderr

    def __repr__(self):
        return f"<{self.kind} {self.text[:600]} stdout={self.stdout!r} stderr={self.stderr[:600]!r}>"


class Ending:
    """How a program ended, and what it printed."""

    def __init__(self, status, stdout, stderr):
        self.status = status
        self.stdout = stdout
        self.stderr = stderr

    def __repr__(self):
        return f"<exit {self.status} stdout={self.stdout!r} stderr={self.stderr[:600]!r}>"


@functools.cache
def python_runner():
    """The Python runner, made of its files in the order of runners.c."""
    with open(os.path.join(INSIDE, "Runners", "runners.c"), encoding="utf-8") as file:
        names = re.findall(r'#embed "(python/\w+\.py)"', file.read())
    text = ""
    for name in names:
        with open(os.path.join(INSIDE, "Runners", name), encoding="utf-8") as file:
            text += file.read() + "\n"
    module = types.ModuleType("sluice_runner")
    exec(compile(text, "<sluice>/runner.py", "exec"), module.__dict__)
    module.warm_up()
    return module


def read_all(descriptor):
    pieces = []
    while piece := os.read(descriptor, 1 << 16):
        pieces.append(piece)
    os.close(descriptor)
    return b"".join(pieces)


def run_python(source, given=None, *, modules=None, context=None, seed=b"7" * 64, **options):
    """One run in a child, as in a script process."""
    runner = python_runner()
    options = {"file": "step.py", **options}
    source = source if isinstance(source, bytes) else source.encode()
    siblings = [(path, text.encode()) for path, text in (modules or {}).items()]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            runner.after_fork(seed)
            kind, payload = runner.serve(
                json.dumps(options).encode(), source, siblings,
                json.dumps({} if given is None else given).encode(),
                b"" if context is None else json.dumps(context).encode())
            with os.fdopen(writing, "wb") as frame:
                frame.write(b"%d " % kind + payload)
            os._exit(0)
        os.close(writing)
        frame = read_all(reading).decode()
        _, status = os.waitpid(child, 0)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    if options.get("style") == "program" and not frame:
        return Ending(os.waitstatus_to_exitcode(status), *texts)
    kind, payload = frame.split(" ", 1)
    return Outcome(int(kind), payload, *texts)


@functools.cache
def javascript_driver():
    """The engine with a main of its own, built once for all tests."""
    folder = tempfile.mkdtemp(prefix="sluice-driver-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    swift = shutil.which("swift")
    beside = os.path.join(os.path.dirname(os.path.realpath(swift)), "clang") if swift else ""
    clang = beside if os.path.exists(beside) else "clang"
    flags = subprocess.check_output(
        ["pkg-config", "--cflags", "--libs", "javascriptcoregtk-4.1"], text=True).split()
    engine = os.path.join(INSIDE, "zygote-javascript")
    sources = [os.path.join(engine, name) for name in sorted(os.listdir(engine)) if name.endswith(".c")]
    driver = os.path.join(folder, "driver")
    subprocess.run(
        [clang, "-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-Wconversion", "-O1",
         f"-I{INSIDE}/ZygoteCore/include", f"-I{INSIDE}/Runners/include",
         f"-I{ROOT}/Sources/Shared/CZygoteProtocol/include", f"{INSIDE}/Runners/runners.c", *sources,
         os.path.join(ROOT, "Tests", "RunnerTests", "driver", "driver.c"), "-o", driver, *flags],
        check=True)
    return driver


ENGINE_ENVIRONMENT = {
    "JSC_useJIT": "0", "JSC_useWasm": "0", "JSC_useConcurrentGC": "0", "JSC_numberOfGCMarkers": "1",
    "Malloc": "1", "LANG": "C.UTF-8",
}


def run_javascript(source, given=None, *, modules=None, context=None, seed=7, **options):
    """One run in a process of its own."""
    options = {"file": "step.js", **options}
    with tempfile.TemporaryDirectory() as folder:
        def file(name, content):
            path = os.path.join(folder, name)
            with open(path, "wb") as handle:
                handle.write(content if isinstance(content, bytes) else content.encode())
            return path

        arguments = [file("options", json.dumps(options)), file("source", source),
                     file("input", json.dumps({} if given is None else given)),
                     file("context", "" if context is None else json.dumps(context))]
        for index, (path, text) in enumerate((modules or {}).items()):
            arguments += [path, file(f"module{index}", text)]
        reading, writing = os.pipe()
        with subprocess.Popen(
                [javascript_driver(), "--frame", str(writing), "--seed", str(seed), *arguments],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=[writing], env=ENGINE_ENVIRONMENT) as process:
            os.close(writing)
            frame = read_all(reading).decode()
            stdout, stderr = process.communicate(timeout=60)
    if options.get("style") == "program" and not frame:
        return Ending(process.returncode, stdout.decode(), stderr.decode())
    if not frame:
        raise AssertionError(f"no result frame, exit {process.returncode}: {stderr.decode()}")
    kind, payload = frame.split(" ", 1)
    return Outcome(int(kind), payload, stdout.decode(), stderr.decode())


@functools.cache
def node_parts():
    """What zygote-node gives to node/boot.js: `KIND NAME LENGTH` lines, an empty line, the files."""
    with open(os.path.join(INSIDE, "Runners", "runners.c"), encoding="utf-8") as file:
        text = file.read()
    paths = dict(re.findall(r'SCRIPT\((\w+)\) \{\n#embed "([^"]+)"', text))
    head, body = "", b""
    for kind, name in re.findall(r"PART_OF\((\w+), (\w+)\)", text):
        if kind == "kind":
            continue
        with open(os.path.join(INSIDE, "Runners", paths[name]), "rb") as file:
            part = file.read()
        head += f"{kind} {name} {len(part)}\n"
        body += part
    return head.encode() + b"\n" + body


# In the place of the box: it answers readiness, and refuses what the boot tries.
NODE_BOX = """
const fs = require("fs");
const refused = (code) => { throw Object.assign(new Error(code), { code }); };
process.kill = (number) => number === 0x59444145 || refused("EPERM");
const open = fs.openSync;
fs.openSync = (path, ...rest) => (path === "/etc/passwd" ? refused("ENOENT") : open(path, ...rest));
"""
NODE_FLAGS = ["--jitless", "--no-expose-wasm", "--v8-pool-size=1", "--no-addons", "--max-old-space-size=448"]


def job_frame(options, source, given, context, modules):
    texts = [options, source, given, context]
    pairs = [(path.encode(), text.encode()) for path, text in modules.items()]
    frame = struct.pack("<II4Q", 0x31424F4A, len(pairs), *map(len, texts))
    frame += b"".join(struct.pack("<2Q", len(path), len(text)) for path, text in pairs)
    return frame + b"".join(texts) + b"".join(path + text for path, text in pairs)


def run_node(source, given=None, *, modules=None, context=None, seed=None, **options):
    """One run in Node, without the sandbox; its random numbers are its own, whatever the seed."""
    options_given = options
    options = json.dumps({"file": "step.js", **options}).encode()
    source = source if isinstance(source, bytes) else source.encode()
    frame = job_frame(options, source, json.dumps({} if given is None else given).encode(),
                      b"" if context is None else json.dumps(context).encode(), modules or {})
    boot = os.path.join(INSIDE, "Runners", "node", "boot.js")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as job, \
            tempfile.TemporaryFile() as parts, tempfile.TemporaryFile() as result:
        box = os.path.join(folder, "box.js")
        with open(box, "w", encoding="utf-8") as file:
            file.write(NODE_BOX)
        for handle, content in ((job, frame), (parts, node_parts())):
            handle.write(content)
            handle.seek(0)

        # Numbers above those that are given away, so that no step covers what a later one needs.
        high = [fcntl.fcntl(handle.fileno(), fcntl.F_DUPFD, 100) for handle in (result, parts)]

        def place():
            os.dup2(high[0], 3)
            os.dup2(high[1], 50)

        with open(boot, encoding="utf-8") as file:
            command = ["node", *NODE_FLAGS, "--require", box, "-e", file.read(), "checked"]
        done = subprocess.run(command, stdin=job, capture_output=True, env={"PATH": os.environ["PATH"]},
                              preexec_fn=place, close_fds=False, timeout=60, check=False)
        for number in high:
            os.close(number)
        result.seek(0)
        written = result.read()
    if options_given.get("style") == "program" and not written:
        return Ending(done.returncode, done.stdout.decode(), done.stderr.decode())
    if len(written) < 16:
        raise AssertionError(f"no result frame, exit {done.returncode}: {done.stderr.decode()}")
    _, kind, length = struct.unpack("<IIQ", written[:16])
    assert len(written) == 16 + length, "exactly one frame"
    return Outcome(kind, written[16:].decode(), done.stdout.decode(), done.stderr.decode())


class RunnerCase(unittest.TestCase):
    """Assertions about outcomes."""

    def returns(self, outcome, value):
        self.assertEqual(outcome.kind, RETURNED, outcome)
        self.assertEqual(outcome.payload, value)

    def raises(self, outcome, type_name, *words, line=...):
        self.assertEqual(outcome.kind, RAISED, outcome)
        self.assertEqual(sorted(outcome.payload), ["line", "message", "traceback", "type"])
        self.assertEqual(outcome.payload["type"], type_name, outcome)
        for word in words:
            self.assertIn(word, outcome.payload["message"])
        if line is not ...:
            self.assertEqual(outcome.payload["line"], line, outcome)

    def exceeds(self, outcome, *words):
        self.assertEqual(outcome.kind, OUTPUT_EXCEEDED, outcome)
        for word in words:
            self.assertIn(word, outcome.payload["message"])
