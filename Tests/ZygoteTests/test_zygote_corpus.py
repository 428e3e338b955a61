"""What seeds the fuzzer of the zygote, and what it found: each input once, under AddressSanitizer."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT / "Tests" / "Fixtures" / "corpus" / "zygote"
FUZZED = ROOT / "Sources" / "Inside" / "fuzz-zygote" / "fuzz_zygote.c"


class ZygoteCorpus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="sluice-zygote-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.program = cls.build(FUZZED, "replay")

    @classmethod
    def build(cls, source, name):
        program = cls.folder / name
        includes = ["Sources/Inside/ZygoteCore/include", "Sources/Shared/CZygoteProtocol/include", "Sources/Platform/CLinux/include"]
        subprocess.run(
            ["clang", "-std=c17", "-D_GNU_SOURCE", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
             "-fno-sanitize=alignment",  # settings are laid over bytes as they arrive
             *[f"-I{ROOT / path}" for path in includes], "-o", program, source, ROOT / "Tests" / "ZygoteTests" / "replay.c"],
            check=True, capture_output=True, timeout=120)
        return program

    def replay(self, program, files):
        # Leaks are looked for with ptrace, which containers refuse.
        return subprocess.run([program, *files], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})

    def test_every_input_is_taken_or_refused_without_a_byte_too_far(self):
        files = sorted(file for file in CORPUS.rglob("*") if file.is_file())
        self.assertGreaterEqual(len(files), 20)
        done = self.replay(self.program, files)
        self.assertEqual(done.returncode, 0, done.stdout[-300:] + done.stderr[:3000])
        self.assertEqual(len(done.stdout.splitlines()), len(files))

    def test_a_missing_check_is_found(self):
        """The same with the sum of lengths unchecked must not pass."""
        job = (ROOT / "Sources" / "Inside" / "ZygoteCore" / "job.c").read_text()
        check = "return overflow ? -1 : 0;"
        self.assertEqual(job.count(check), 1)
        (self.folder / "job.c").write_text(job.replace(check, "return overflow & 0;"))
        core = ROOT / "Sources" / "Inside" / "ZygoteCore"
        source = FUZZED.read_text().replace("../ZygoteCore/job.c", str(self.folder / "job.c")) \
            .replace("../ZygoteCore/", f"{core}/")
        (self.folder / "zygote.h").write_text(f'#include "{core}/zygote.h"\n')
        (self.folder / "unchecked.c").write_text(source)
        program = self.build(self.folder / "unchecked.c", "unchecked")
        done = self.replay(program, [CORPUS / "job-overflow"])
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
