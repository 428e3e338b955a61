import os
import subprocess

from check_case import CheckCase


class CommitsTest(CheckCase):
    def commit(self, subject):
        environment = os.environ | {
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
        }
        # A hook may have set these for a repository that is not this one.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"]:
            environment.pop(name, None)
        for command in [["init", "--quiet"], ["commit", "--quiet", "--allow-empty", "-m", subject]]:
            subprocess.run(["git", *command], cwd=self.root, env=environment, check=True)

    def test_well_formed_first_lines_pass(self):
        for subject in [
            "zygote: Refuse io_uring in every profile", "docs: Say, once, what a run is",
            "json-schema: Embed the vocabulary", "profiles: Pass fewer calls", "a: B " + "c" * 67,
        ]:
            self.commit(subject)
        self.assert_passes("check-commits", self.root)

    def test_each_malformed_first_line_fails(self):
        for subject, saying in [
            ("fix sandbox stuff", "is not of the form"), ("zygote: refuse io_uring", "is not of the form"),
            ("Zygote: Refuse io_uring", "is not of the form"), ("zygote: Refuse io_uring.", "is not of the form"),
            ("zygote Refuse io_uring", "is not of the form"), ("zygote: Refused io_uring", "says 'Refused'"),
            ("zygote: Refusing io_uring", "says 'Refusing'"), ("zygote: Refuses io_uring", "says 'Refuses'"),
            ("a: B " + "c" * 68, "has 73 characters"),
        ]:
            with self.subTest(subject=subject):
                self.commit(subject)
                self.assert_fails("check-commits", self.root, "-1", saying=saying)
