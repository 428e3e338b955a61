"""`style: program`: a whole program, run as the interpreter runs a file.

It ends with an exit status, as a process does, and has no result.
"""

import atexit

PROGRAM_MODULE = "__main__"
UNCAUGHT = 255  # what wrappers of Dify's sandbox end with

format_exception = traceback.format_exception
run_exit_functions = atexit._run_exitfuncs
end_process = os._exit


def program_hook(kind, error, trace):
    """Shows an uncaught exception from the program's own first frame on."""
    own = program_hook.__code__.co_filename
    while trace is not None and trace.tb_frame.f_code.co_filename == own:
        trace = trace.tb_next
    sys.stderr.write("".join(format_exception(kind, error, trace)))


def status_of_exit(error):
    """The exit status that `SystemExit` asks for; a text is shown and means 1."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    sys.stderr.write(f"{error.code}\n")
    return 1


def note_words(error, job):
    """What the profile has to do with it, below the exception."""
    try:
        words = words_for(error, job)
        if words and isinstance(error, (OSError, ImportError, RuntimeError)):
            error.add_note(words)
    except Exception:
        return


def status_of_uncaught(error, job):
    remember_source(job.file, job.source.decode("utf-8", "replace"))
    note_words(error, job)
    try:
        hook = sys.excepthook
        hook(type(error), error, error.__traceback__)
        return UNCAUGHT if hook is program_hook else 1
    except SystemExit as second:
        return status_of_exit(second)
    except BaseException as second:
        program_hook(type(second), second, second.__traceback__)
        return UNCAUGHT


def wait_for_the_rest():
    """What the interpreter does at its end: threads are waited for, functions of atexit run."""
    threads = sys.modules.get("threading")
    if threads is not None:
        threads._shutdown()
    run_exit_functions()


WARM_PROGRAM = b'''import json
from base64 import b64decode
value = json.loads(b64decode("eyJhIjpbMSwyLjUsIngiXX0=").decode("utf-8"))
text = json.dumps(value, indent=4)
'''
zygote_module = sys.modules.get(PROGRAM_MODULE)


def warm_program():
    """One harmless program, without the end of a process."""
    run_text(Job({"file": "warm.py"}, WARM_PROGRAM, [], b""))
    sys.modules[PROGRAM_MODULE] = zygote_module


def run_text(job):
    """The exit status of the program's own text."""
    module = script_module(job, PROGRAM_MODULE)
    sys.excepthook = program_hook
    try:
        exec(compile(source_text(job.source, job.file), job.file, "exec", dont_inherit=True), module.__dict__)
        return 0
    except SystemExit as error:
        return status_of_exit(error)
    except MemoryError as error:
        restore_builtins()
        status = status_of_uncaught(error, job)
        if not came_from_parser(error):
            raise
        return status
    except BaseException as error:
        restore_builtins()
        return status_of_uncaught(error, job)


def run_program(job):
    """Never returns; raises only for want of memory, which is an outcome of its own."""
    status = run_text(job)
    restore_builtins()
    try:
        wait_for_the_rest()
    except SystemExit as error:
        status = status_of_exit(error)
    except BaseException as error:
        status = status_of_uncaught(error, job)
    flush_streams()
    end_process(status)
