"""Runs script nodes as a flow does: by `sluice exec --batch`, many in one go."""

import json
import os
import subprocess

from splitter_support import ROOT


def sluice():
    """The binary under test: $SLUICE_BINARY, or the newest build in this checkout."""
    if "SLUICE_BINARY" in os.environ:
        return os.environ["SLUICE_BINARY"]
    built = [path for path in (ROOT / ".build" / kind / "sluice" for kind in ("debug", "release"))
             if path.exists()]
    if not built:
        raise FileNotFoundError("no sluice under .build: run 'swift build' first")
    return str(max(built, key=lambda path: path.stat().st_mtime))


def run_scripts(file, inputs):
    """The output of `file` for each input, in order; raises when one did not return."""
    language = {".py": "python", ".js": "javascript"}[file.suffix]
    lines = [json.dumps({"id": str(number), "file": str(file), "language": language,
                         "input": value, "profile": "pure"})
             for number, value in enumerate(inputs)]
    done = subprocess.run(
        [sluice(), "exec", "--batch", "-"], input="\n".join(lines) + "\n", text=True,
        encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    if len(answers) != len(lines):
        raise RuntimeError(f"{len(answers)} answers to {len(lines)} runs: {done.stderr[:500]}")
    for answer in answers:
        if answer["outcome"] != "returned":
            raise RuntimeError(f"{file.name} {answer['outcome']}: {answer.get('error')}")
    return [answer["output"] for answer in answers]
