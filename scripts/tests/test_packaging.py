import shutil
import unittest

from check_case import SCRIPTS, CheckCase

PACKAGING = SCRIPTS.parent / "packaging"


class Packaging(CheckCase):
    def setUp(self):
        super().setUp()
        shutil.copytree(PACKAGING / "systemd", self.root / "systemd")
        shutil.copy(PACKAGING / "sluice.yaml", self.root)

    def test_sound_files_pass(self):
        self.assert_passes("check-packaging", self.root)

    def test_an_example_with_a_fault_is_named(self):
        with open(self.root / "sluice.yaml", "a", encoding="utf-8") as file:
            file.write("\n#:retentoin: 3 d\n")
        status, printed = self.run_check("check-packaging", self.root)
        self.assertEqual(status, 1)
        self.assertIn("unknown key 'retentoin'", printed)


if __name__ == "__main__":
    unittest.main()
