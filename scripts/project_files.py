"""Which files belong to the project: what the checks look at."""

import os
import subprocess
from pathlib import Path


def project_files(root, suffixes):
    """Paths below `root`, relative to it, that end in one of `suffixes`, without what git ignores."""
    root = Path(root)
    if (root / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout
        names = {name for name in listed.decode().split("\0") if name}
    else:
        names = {
            os.path.relpath(os.path.join(folder, name), root)
            for folder, _, files in os.walk(root)
            for name in files
        }
    return sorted(
        name for name in names if name.endswith(tuple(suffixes)) and (root / name).is_file()
    )
