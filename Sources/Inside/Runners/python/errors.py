"""From an uncaught exception to {type, message, line, traceback}: the script's own frames only."""

import errno
import linecache
import re
import traceback

RETURNED, RAISED, OUT_OF_MEMORY, OUTPUT_EXCEEDED = 1, 2, 3, 4  # enum zygote_result_kind

SCRIPT_MODULE = "__script__"  # its __name__: not __main__, whose guard would run the script's demo

LIBRARY = os.path.dirname(linecache.__file__)

TracebackException = traceback.TracebackException
StackSummary = traceback.StackSummary


class ScriptMistake(Exception):
    """What the runner itself has to say about a script; shown as the type it carries."""

    def __init__(self, type_name, message, line=None):
        super().__init__(message)
        self.type_name = type_name
        self.line = line


def cut(text):
    return text if len(text) <= 4096 else f"{text[:4000]}… (cut at 4 KiB of {len(text)})"


def clean(text):
    """Text that is surely UTF-8."""
    return text.encode("utf-8", "replace").decode()


def raised_payload(type_name, message, line, trace, **more):
    payload = {**more, "type": clean(cut(type_name)), "message": clean(cut(message)), "line": line,
               "traceback": trace and clean(cut(trace))}
    return encode_json(payload).encode()


def remember_source(file, text):
    """Lets every traceback show the script's lines, the script's own ones too."""
    linecache.cache[file] = (len(text), None, [f"{line}\n" for line in text.split("\n")], file)


def script_line(error, file):
    """The deepest line of the script's own file that the exception passed, or None."""
    line = None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            line = step.tb_lineno
        step = step.tb_next
    return line


def script_line_behind(error, file):
    """The same for the errors that led to this one."""
    for _ in range(20):
        error = error.__cause__ or error.__context__
        if error is None:
            return None
        line = script_line(error, file)
        if line is not None:
            return line
    return None


def keep_script_frames(summary, files, seen):
    """Drops the frames of the runner and of the library, in causes and groups too."""
    if summary is None or id(summary) in seen:
        return
    seen.add(id(summary))
    summary.stack = StackSummary.from_list([frame for frame in summary.stack if frame.filename in files])
    keep_script_frames(summary.__cause__, files, seen)
    keep_script_frames(summary.__context__, files, seen)
    for one in summary.exceptions or ():
        keep_script_frames(one, files, seen)


def trace_text(error, files):
    summary = TracebackException.from_exception(error, compact=True)
    keep_script_frames(summary, files, set())
    text = "".join(summary.format()).rstrip("\n").replace(f"{SCRIPT_MODULE}.", "")
    if len(text) > 4096:  # both ends matter: where it began and what it was
        text = f"{text[:2500]}\n… (cut at 4 KiB of {len(text)})\n{text[-1500:]}"
    return text


def and_packages(names):
    return f" and {', '.join(names)}" if names else ""


def words_for(error, job):
    """What the profile has to do with it, for the errors that an empty root or the policy answers."""
    profile, siblings = job.profile, job.module_names()
    if isinstance(error, ModuleNotFoundError) and error.name in ABSENT:
        return str(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        if error.name.split(".")[0] in sys.stdlib_module_names and not os.path.isdir(LIBRARY):
            return f"the module '{error.name}' is not loaded ahead, and profile '{profile}' shows no files to load it from"
        beside = f", and the files beside the script: {', '.join(siblings[:20])}" if siblings else ""
        if job.packages is not None:
            return f"no module named '{error.name}'; neither the library nor the packages '{job.packages}' have it{beside}"
        return f"no module named '{error.name}'; profile '{profile}' has the standard library{and_packages(listed_packages.names)} only{beside}"
    compiled = needs_machine_code(error) if job.packages is not None and isinstance(error, ImportError) else None
    if compiled is not None:
        return (f"{compiled}; profile '{profile}' does not load the compiled part of a package; "
                "install with --pure, or use a profile such as 'data'")
    if isinstance(error, ImportError) and "shared object" in str(error):
        return f"{error}; the extension module '{error.name}' is not available in profile '{profile}'"
    if isinstance(error, RuntimeError) and str(error) == "can't start new thread":
        return f"{error}; profile '{profile}' allows no more threads"
    if not isinstance(error, OSError):
        return None
    if error.errno == errno.ENOENT and str(error.strerror).startswith("No usable temporary directory"):
        return f"there is no folder for temporary files; profile '{profile}' writes no files: io.BytesIO and io.StringIO hold them in memory"
    if error.errno in (errno.ENOENT, errno.EACCES) and error.filename is not None:
        what = "no such file" if error.errno == errno.ENOENT else "no access to file"
        shown = f"only the language's own library{and_packages(shown_packages())}" if os.path.isdir(LIBRARY) else "no files"
        return f"{what}: {error.filename!r}; profile '{profile}' shows scripts {shown}"
    if error.errno == errno.EPERM:
        return f"{error}; profile '{profile}' does not allow this"
    return None


def message_of(error, job):
    try:
        if isinstance(error, SyntaxError) and error.msg:
            column = f", column {error.offset}" if error.offset else ""
            file = f"{error.filename}, " if error.filename not in (None, job.file) else ""
            place = f" ({file}line {error.lineno}{column})" if error.lineno else ""
            return f"{error.msg}{place}"
        if isinstance(error, SystemExit):
            return f"the script called sys.exit({error.code!r}); return a value from main instead"
        return words_for(error, job) or str(error)
    except Exception:
        return "an error whose text cannot be made"


PARSING = re.compile(r"\b(eval|exec|compile|literal_eval|parse)\s*\(")


def came_from_parser(error):
    """Whether a MemoryError is what the parser raises about text that is nested too deeply for it."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if step is None:
        return False
    code = step.tb_frame.f_code
    if code.co_filename == came_from_parser.__code__.co_filename:
        return code.co_name in ("run_plain", "run_text", "body_function", "exec_module")
    return PARSING.search(linecache.getline(code.co_filename, step.tb_lineno)) is not None


def describe(error, job):
    """(kind, payload) of whatever ended the script."""
    if isinstance(error, MemoryError) and came_from_parser(error):
        words = "the text is nested too deeply for Python's parser"
        return OUT_OF_MEMORY, raised_payload("MemoryError", words, script_line(error, job.file), None, parser=True)
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return OUT_OF_MEMORY, raised_payload("MemoryError", str(error) or "out of memory", script_line(error, job.file), None)
    if isinstance(error, TooLarge):
        return OUTPUT_EXCEEDED, encode_json({"message": str(error)}).encode()
    if isinstance(error, Refused):
        return RAISED, raised_payload("TypeError", f"the value that main returned cannot become JSON: {error}", None, None)
    if isinstance(error, ScriptMistake):
        return RAISED, raised_payload(error.type_name, str(error), error.line, None)
    line = script_line(error, job.file) or script_line_behind(error, job.file)
    if isinstance(error, SyntaxError) and error.filename == job.file:
        line = error.lineno
    try:
        trace = trace_text(error, job.files())
    except Exception:
        trace = None
    return RAISED, raised_payload(type(error).__name__, message_of(error, job), line, trace)
