"""One run from the job to its outcome, and the three functions that the zygote calls."""

import inspect
import io
import random
import types

# Taken before any script ran.
signature_of = inspect.signature
is_awaitable = inspect.isawaitable
generator = random._inst  # what random.random() and its like share
seed_generator = random._inst.__class__.__base__.seed
POSITIONAL_ONLY, BY_NAME, KEYWORD_ONLY, ALL_NAMES = range(4)


class Job:
    """What belongs to the script being run."""

    def __init__(self, options, source, modules, context):
        self.file = options.get("file") or "script.py"
        self.style = options.get("style") or "plain"
        self.mode = options.get("mode") or "all"
        self.profile = options.get("profile") or "pure"
        self.limit = options.get("output") or 8 * 1024 * 1024
        self.depth = options.get("depth") or 128
        self.marks = options.get("marks")  # only while the supervisor records
        self.packages = options.get("packages")
        self.proxy = options.get("proxy")
        self.certificates = options.get("certificates")
        self.source = source
        self.modules = [(path, text) for path, text in modules if path != self.file] if modules else modules
        self.context = context

    def files(self):
        return {self.file} | {posixpath.normpath(path) for path, _ in self.modules}

    def module_names(self):
        return sorted(path for path, _ in self.modules if path.endswith(".py"))


streams_are_open = False
untouched_builtins = None


class LogPipe(io.FileIO):
    """Descriptor 1 or 2, which becomes a pipe only after the fork: it has no place to be asked for."""

    def seekable(self):
        return False

    def tell(self):
        raise io.UnsupportedOperation("a log has no place")


def open_streams():
    """Text streams over descriptors 1 and 2, and an empty standard input: descriptor 0 is the job's.

    Line by line, so that what was printed before a deadline is not lost. Made once, by the warm-up:
    each page that a script process need not write is one that it need not copy.
    """
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        raw = LogPipe(descriptor, "w", closefd=False)
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
    version = builtins_version()
    if version is None or version != untouched_builtins:
        vars(builtins).update(__builtins__)


class ScriptSource:
    """Shows tracebacks and `inspect` the lines of the script, when they ask for them."""

    def __init__(self, job):
        self.job = job

    def get_source(self, name):
        return self.job.source.decode("utf-8", "replace")


def script_module(job, name=SCRIPT_MODULE):
    module = types.ModuleType(name)
    module.__file__ = job.file
    module.__builtins__ = builtins
    module.__loader__ = ScriptSource(job)
    sys.modules[name] = module
    sys.argv = [job.file]
    return module


def parameters_of(main):
    """(name, kind, whether it must be given) of each, or None for a callable without a signature.

    A plain function's code says all; `inspect` is asked for the others, at several times the cost.
    """
    if type(main) is types.FunctionType and not main.__dict__:
        code, defaults = main.__code__, main.__kwdefaults__ or {}
        count, total = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
        names, required = code.co_varnames, count - len(main.__defaults__ or ())
        found = [(names[index], BY_NAME if index >= code.co_posonlyargcount else POSITIONAL_ONLY, index < required)
                 for index in range(count)]
        found += [(name, KEYWORD_ONLY, name not in defaults) for name in names[count:total]]
        if code.co_flags & inspect.CO_VARKEYWORDS:
            found.append(("", ALL_NAMES, False))
        return found
    try:
        parameters = signature_of(main).parameters.values()
    except (ValueError, TypeError):
        return None
    kinds = {inspect.Parameter.POSITIONAL_ONLY: POSITIONAL_ONLY, inspect.Parameter.VAR_KEYWORD: ALL_NAMES}
    return [(one.name, kinds.get(one.kind, BY_NAME), one.default is one.empty)
            for one in parameters if one.kind is not one.VAR_POSITIONAL]


def bound_arguments(main, given, job):
    """(positional, named) for `main`, from the members of the input.

    Names that main does not take are dropped; one that it needs and does not get is an error.
    """
    parameters = parameters_of(main)
    if parameters is None:
        return [], given
    positional, named, taken, missing = [], {}, set(), []
    gap = None  # a positional-only parameter that was left out: none can follow it by place
    for name, kind, is_required in parameters:
        if kind == ALL_NAMES:
            named.update((key, value) for key, value in given.items() if key not in taken)
        elif name not in given:
            if is_required:
                missing.append(name)
            gap = gap or name
        elif kind == POSITIONAL_ONLY:
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
        if job.packages:
            install_packages(job.packages)
        if job.modules:
            install_siblings(job.modules, job.file)
        if job.proxy:
            go_online(job.proxy, job.certificates)
        value = decode_json(given.decode()) if given else {}
        run = run_steps if job.style == "n8n" else run_plain
        if job.marks:
            mark_lines(job, *job.marks)
        if job.style == "program":
            run_program(job)
        return RETURNED, run(job, value)
    except BaseException as error:
        restore_builtins()
        try:
            remember_source(job.file, source.decode("utf-8", "replace"))
            return describe(error, job)
        except MemoryError:
            return OUT_OF_MEMORY, b'{"type":"MemoryError","message":"out of memory","line":null,"traceback":null}'
        except BaseException:
            return RAISED, b'{"type":"Exception","message":"an error that cannot be described","line":null,"traceback":null}'


def serve(options, source, modules, given, context):
    """Runs the script of a job; never raises. Everything printed has been written when it returns."""
    result = run_job(options, source, modules, given, context)
    flush_streams()
    return result


def warm_up():
    """One harmless run, so that the pages which a run touches are already this process's own."""
    global streams_are_open, untouched_builtins
    if not streams_are_open:
        open_streams()
        streams_are_open = True
    untouched_builtins = builtins_version()
    text = b"def main(items, **rest):\n    return {'count': len(items), 'first': items[0]}\n"
    serve(b'{"file":"warm.py"}', text, [], b'{"items":[1,2.5,"a",null],"more":{}}', b"")
    warm_program()
    warm_packages()
    sys.modules.pop(SCRIPT_MODULE, None)


def after_fork(seed):
    """A fresh seed for the library's shared generator.

    Every other source of chance asks the kernel: OpenSSL's when it finds itself in another process.
    """
    seed_generator(generator, int.from_bytes(seed, "little"))
    seed_arrays(seed)
