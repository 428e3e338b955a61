"""One run from the job to its outcome, and the three functions that the zygote calls."""

import inspect
import io
import types

# Taken before any script ran.
signature_of = inspect.signature
is_awaitable = inspect.isawaitable


class Job:
    """What belongs to the script being run."""

    def __init__(self, options, source, modules, context):
        self.file = options.get("file") or "script.py"
        self.style = options.get("style") or "plain"
        self.mode = options.get("mode") or "all"
        self.profile = options.get("profile") or "pure"
        self.limit = options.get("output") or 8 * 1024 * 1024
        self.depth = options.get("depth") or 128
        self.packages = options.get("packages")
        self.source = source
        self.modules = [(path, text) for path, text in modules if path != self.file]
        self.context = context
        self.files = {self.file} | {posixpath.normpath(path) for path, _ in self.modules}
        self.module_names = sorted(path for path, _ in self.modules if path.endswith(".py"))


def open_streams():
    """Text streams over descriptors 1 and 2, and an empty standard input: descriptor 0 is the job's.

    Line by line, so that what was printed before a deadline is not lost.
    """
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        raw = io.FileIO(descriptor, "w", closefd=False)
        stream = io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace",
                                  line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stdin = sys.__stdin__ = io.StringIO("")


def flush_streams():
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except Exception:
            continue


def restore_builtins():
    """The library works again, whatever the script put in place of `len` or `isinstance`."""
    vars(builtins).update(__builtins__)


def script_module(job):
    module = types.ModuleType(SCRIPT_MODULE)
    module.__file__ = job.file
    module.__builtins__ = builtins
    sys.modules[SCRIPT_MODULE] = module
    sys.argv = [job.file]
    return module


def bound_arguments(main, given, job):
    """(positional, named) for `main`, from the members of the input.

    Names that main does not take are dropped; one that it needs and does not get is an error.
    """
    try:
        parameters = signature_of(main).parameters.values()
    except (ValueError, TypeError):  # a callable without a signature
        return [], given
    positional, named, taken, missing = [], {}, set(), []
    gap = None  # a positional-only parameter that was left out: none can follow it by place
    for parameter in parameters:
        kind, name = parameter.kind, parameter.name
        if kind is parameter.VAR_POSITIONAL:
            continue
        if kind is parameter.VAR_KEYWORD:
            named.update((key, value) for key, value in given.items() if key not in taken)
        elif name not in given:
            if parameter.default is parameter.empty:
                missing.append(name)
            gap = gap or name
        elif kind is parameter.POSITIONAL_ONLY:
            taken.add(name)
            positional += [given[name]] if gap is None else []
        else:
            taken.add(name)
            named[name] = given[name]
    if missing:
        code = getattr(main, "__code__", None)
        line = code.co_firstlineno if code is not None and code.co_filename == job.file else None
        names = ", ".join(f"'{name}'" for name in missing)
        has = ", ".join(given) or "nothing"
        raise ScriptMistake("TypeError", f"main needs {names}, which the input does not have; it has: {has}", line)
    return positional, named


def run_plain(job, given):
    if type(given) is not dict:
        raise ScriptMistake("TypeError", "the input must be a JSON object: its members are what main receives")
    module = script_module(job)
    code = compile(source_text(job.source, job.file), job.file, "exec", dont_inherit=True)
    exec(code, module.__dict__)
    main = module.__dict__.get("main")
    if main is None:
        raise ScriptMistake("TypeError", "the script has no function 'main'; write: def main(…): return …")
    if not callable(main):
        raise ScriptMistake("TypeError", f"'main' is of type {type(main).__name__}, not a function")
    positional, named = bound_arguments(main, given, job)
    value = main(*positional, **named)
    restore_builtins()
    if is_awaitable(value):
        value = wait_for(value)
    restore_builtins()
    return result_bytes(value, job.limit, job.depth)


def run_job(options, source, modules, given, context):
    """(kind, payload); everything a script can do to itself ends up here."""
    job = Job(decode_json(options.decode()), source, modules, context)
    try:
        remember_source(job.file, source.decode("utf-8", "replace"))
        install_packages(job.packages)
        install_siblings(job.modules, job.file)
        asyncio.set_event_loop_policy(QuietPolicy())
        value = decode_json(given.decode()) if given else {}
        run = run_steps if job.style == "n8n" else run_plain
        return RETURNED, run(job, value)
    except BaseException as error:
        restore_builtins()
        try:
            return describe(error, job)
        except MemoryError:
            return OUT_OF_MEMORY, b'{"type":"MemoryError","message":"out of memory","line":null,"traceback":null}'
        except BaseException:
            return RAISED, b'{"type":"Exception","message":"an error that cannot be described","line":null,"traceback":null}'


def serve(options, source, modules, given, context):
    """Runs the script of a job; never raises. Everything printed has been written when it returns."""
    open_streams()
    result = run_job(options, source, modules, given, context)
    flush_streams()
    return result


def warm_up():
    """One harmless run, so that the pages which a run touches are already this process's own."""
    path, policy = list(sys.meta_path), asyncio.get_event_loop_policy()
    text = b"import json\ndef main(items, **rest):\n    return {'count': len(items), 'text': json.dumps(items)}\n"
    serve(b'{"file":"warm.py"}', text, [], b'{"items":[1,2.5,"a",null],"more":{}}', b"")
    asyncio.set_event_loop_policy(policy)
    sys.meta_path[:] = path
    sys.modules.pop(SCRIPT_MODULE, None)
    linecache.cache.clear()


def after_fork(seed):
    """Fresh seeds for the generators of the library; the interpreter's own hooks have run already."""
    import random
    import uuid

    random.seed(seed)
    uuid._last_timestamp = None
    if "ssl" in sys.modules:
        sys.modules["ssl"].RAND_add(seed, 64.0)
