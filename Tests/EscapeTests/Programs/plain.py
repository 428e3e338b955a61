"""Runs programs of this folder without Sluice, as an ordinary user: the control of every property.

Reads a list of {path, input, way} and writes an object of what each one reached. `way` is as in the
box: once; twice, of which the second counts; or pair, two processes at the same time. What did not
end by itself is null.
"""
import ctypes
import json
import os
import select
import subprocess
import sys
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
NOBODY = 65534
LIMIT = 60
AT_ONCE = 4
PAIRS_LAST = 5
NODE = r"""
const {source, kit, input, way} = JSON.parse(require("fs").readFileSync(0));
const shared = {exports: {}};
new Function("module", kit)(shared);
const find = Object.assign((name) => name.endsWith("kit.js") ? shared.exports : require(name), require);
find.resolve = require.resolve;
const main = new Function("require", source + "\nreturn main;")(find);
console.log = console.error = () => {};
(async () => {
  if (way === "twice") await main(input);
  const reached = await main(input);
  require("fs").writeSync(4, JSON.stringify(Array.from(reached, (each) => String(each).slice(0, 80))));
  process.exit(0);
})();
"""


def become_nobody():
    """Root would be refused nothing; afterwards /proc/self is to be this user's again."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)


def run_python(program, source, given):
    names = {}
    exec(compile(source, program["path"], "exec"), names)
    taken = names["main"].__code__.co_varnames[:names["main"].__code__.co_argcount]
    arguments = {name: value for name, value in given.items() if name in taken}
    if program["way"] == "twice":
        names["main"](**arguments)
    return names["main"](**arguments)


def run_node(program, source, given, answer):
    with open(os.path.join(FOLDER, "kit.js")) as file:
        kit = file.read().replace("LASTS = 400", "LASTS = %d" % (PAIRS_LAST * 1000))
    job = {"source": source, "kit": kit, "input": given, "way": program["way"]}
    become_nobody()
    os.dup2(answer, 4)
    subprocess.run(["node", "-e", NODE], input=json.dumps(job).encode(), pass_fds=[4], timeout=LIMIT)


def start(program, given):
    """The reading end of a pipe with the answer, and the process."""
    with open(os.path.join(FOLDER, program["path"])) as file:
        source = file.read()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid > 0:
        os.close(writing)
        return reading, pid
    try:
        os.setsid()
        null = os.open("/dev/null", os.O_RDWR)
        for number in (1, 2, 3):
            os.dup2(null, number)
        if program["path"].endswith(".js"):
            run_node(program, source, given, writing)
        else:
            become_nobody()
            text = json.dumps(run_python(program, source, given))
            with os.fdopen(writing, "w") as answer:
                answer.write(text)
    finally:
        os._exit(0)


def start_neighbour():
    """A process of the same user, which stands for the host where it is asked for by number."""
    pid = os.fork()
    if pid == 0:
        become_nobody()
        time.sleep(600)
    return pid


def finish(reading, pid):
    text, end = bytearray(), time.monotonic() + LIMIT
    while select.select([reading], [], [], max(0, end - time.monotonic()))[0]:
        part = os.read(reading, 1 << 20)
        if not part:
            break
        text += part
    os.close(reading)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    try:
        return json.loads(text)
    except ValueError:
        return None


def begin(program):
    if program["way"] != "pair":
        return [start(program, program["input"])]
    return [start(program, {**program["input"], "sends": sends}) for sends in (True, False)]


def answers(started):
    """What all processes of a program reached together; null when one did not end by itself."""
    parts = [finish(*each) for each in started]
    return None if None in parts else [repr(each)[:80] for part in parts for each in part]


def main():
    programs = json.load(sys.stdin)
    sys.dont_write_bytecode = True
    sys.path.insert(0, FOLDER)
    # A user without rights may not be able to read this folder.
    import channels.kit_of_pairs
    # Nothing is warm here, and two that look for each other may start far apart.
    channels.kit_of_pairs.LASTS = PAIRS_LAST
    import kit  # noqa: F401
    # What programs import, for the same reason, and one descriptor that is left open for them.
    os.dup2(0, 9, inheritable=True)
    neighbour = start_neighbour()
    for program in programs:
        program["input"]["host"] = neighbour
    reached = {}
    for place in range(0, len(programs), AT_ONCE):
        started = [(program["path"], begin(program)) for program in programs[place:place + AT_ONCE]]
        reached.update({path: answers(each) for path, each in started})
    json.dump(reached, sys.stdout)
    os.kill(neighbour, 9)


main()
