"""What the splitter makes of single diffs, those that upset splitters first of all."""

import hashlib
import unittest

import splitter_support  # noqa: F401  (finds the modules)

import split_hunks

REFS = {"base_sha": "b" * 40, "start_sha": "c" * 40, "head_sha": "d" * 40}


def row(diff, path="a.txt", **more):
    return {"diff": diff, "old_path": path, "new_path": path, "a_mode": "100644",
            "b_mode": "100644", "new_file": False, "renamed_file": False, "deleted_file": False,
            **more}


def split(*rows, **more):
    return split_hunks.main(list(rows), REFS, **more)


def pairs(hunk):
    return [(line["kind"][0], line["old"], line["new"]) for line in hunk["lines"]]


class Hunks(unittest.TestCase):
    def test_added_removed_and_context_lines_have_their_own_pair_of_numbers(self):
        hunk = split(row("@@ -3,3 +3,3 @@ def f():\n a\n-b\n+c\n d\n"))["hunks"][0]

        self.assertEqual(pairs(hunk), [("c", 3, 3), ("r", 4, None), ("a", None, 4), ("c", 5, 5)])
        self.assertEqual(hunk["header"], "@@ -3,3 +3,3 @@ def f():")

    def test_content_that_looks_like_headers_is_content(self):
        diff = ("@@ -1,4 +1,4 @@\n x\n--- sql comment\n-- item\n+++ counter;\n+@@ -1 +1 @@\n y\n")
        hunks = split(row(diff))["hunks"]

        self.assertEqual(len(hunks), 1)
        self.assertEqual([line["text"] for line in hunks[0]["lines"]],
                         ["x", "-- sql comment", "- item", "++ counter;", "@@ -1 +1 @@", "y"])
        self.assertEqual(pairs(hunks[0])[-1], ("c", 4, 4))

    def test_several_hunks_with_and_without_file_headers(self):
        body = "@@ -1 +1,2 @@\n a\n+b\n@@ -9,2 +10 @@\n c\n-d\n"
        for before in ("", "--- a/a.txt\n+++ b/a.txt\n",
                       "diff --git a/a.txt b/a.txt\nindex 1..2 100644\n--- a/a.txt\n+++ b/a.txt\n"):
            with self.subTest(before=before):
                made = split(row(before + body))
                self.assertEqual([pairs(hunk) for hunk in made["hunks"]], [
                    [("c", 1, 1), ("a", None, 2)], [("c", 9, 10), ("r", 10, None)]])
                self.assertEqual(made["skipped"], [])

    def test_lines_end_at_line_feeds_only(self):
        text = "a\u2028b\u0085c\u000cd\re\u000bf"
        hunk = split(row(f"@@ -0,0 +1,2 @@\n+{text}\r\n+next\r\n", new_file=True))["hunks"][0]

        self.assertEqual([line["text"] for line in hunk["lines"]], [text + "\r", "next\r"])

    def test_a_missing_newline_at_the_end_counts_for_nothing(self):
        diff = ("@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n"
                "\\ No newline at end of file\n")
        made = split(row(diff))

        self.assertEqual(pairs(made["hunks"][0]),
                         [("r", 1, None), ("a", None, 1), ("a", None, 2)])
        self.assertEqual(made["skipped"], [])

    def test_blank_context_lines_may_have_lost_their_space(self):
        hunk = split(row("@@ -1,4 +1,5 @@\n a\n\n+b\n\n c\n"))["hunks"][0]

        self.assertEqual(pairs(hunk), [("c", 1, 1), ("c", 2, 2), ("a", None, 3), ("c", 3, 4),
                                       ("c", 4, 5)])

    def test_a_combining_mark_after_the_sign_is_content(self):
        hunk = split(row("@@ -0,0 +1 @@\n+\u0301x\n"))["hunks"][0]

        self.assertEqual(pairs(hunk), [("a", None, 1)])

    def test_deletions_alone_are_reviewed_at_their_old_lines(self):
        hunk = split(row("@@ -7,2 +6,0 @@\n-a\n-b\n"))["hunks"][0]

        self.assertEqual(pairs(hunk), [("r", 7, None), ("r", 8, None)])

    def test_line_codes_carry_both_counters_and_the_new_path_s_digest(self):
        hunk = split(row("@@ -0,0 +1 @@\n+x\n", path="six", new_file=True))["hunks"][0]
        self.assertEqual((hunk["line_code"], hunk["lines"][0]["code"]),
                         (hashlib.sha1(b"six").hexdigest(), "0_1"))
        moved = split(row("@@ -2 +2 @@\n-x\n+y\n", old_path="old é", new_path="new é"))["hunks"][0]
        self.assertEqual(moved["line_code"], hashlib.sha1("new é".encode()).hexdigest())
        self.assertEqual([line["code"] for line in moved["lines"]], ["2_2", "3_2"])
        self.assertEqual((moved["position"]["old_path"], moved["position"]["new_path"]),
                         ("old é", "new é"))

    def test_where_gitlab_counts_otherwise_its_numbers_stand_beside_git_s(self):
        diff = "@@ -1,4 +1,2 @@\n x\n--- add a column\n-gone\n y\n"
        lines = split(row(diff))["hunks"][0]["lines"]

        self.assertEqual([line["sure"] for line in lines], [True, False, False, False])
        self.assertIsNone(lines[1]["gitlab"])
        self.assertEqual(lines[2]["gitlab"], {"old": 2, "new": None})
        self.assertEqual((lines[2]["old"], lines[3]["gitlab"]), (3, {"old": 3, "new": 2}))


class NotReviewed(unittest.TestCase):
    def test_files_without_text_say_why(self):
        for change, reason in (
            ({"diff": "", "collapsed": True}, "collapsed by GitLab"),
            ({"diff": "", "too_large": True}, "too large for GitLab to show"),
            ({"diff": "", "renamed_file": True}, "renamed without a change"),
            ({"diff": "", "b_mode": "100755"}, "only its mode changed"),
            ({"diff": ""}, "no text in the diff"),
            ({"diff": None}, "no text in the diff"),
            ({"diff": "Binary files a/a.txt and b/a.txt differ\n"}, "binary"),
            ({"diff": "GIT binary patch\ndelta 4\nLc@@x\n"}, "binary"),
            ({"diff": "old mode 1\n"}, "no hunk in the diff"),
            ({"diff": "@@ -1 +1 @@\n-Subproject commit a\n+Subproject commit b\n",
              "a_mode": "160000", "b_mode": "160000"}, "submodule"),
            ({"diff": "@@ -1 +1 @@\n-a\n+b\n", "generated_file": True}, "generated file"),
        ):
            with self.subTest(change=change):
                made = split({**row(""), **change})
                self.assertEqual(made["hunks"], [])
                self.assertEqual([one["reason"] for one in made["skipped"]], [reason])

    def test_a_hunk_that_breaks_its_promise_is_reported_and_the_next_one_read(self):
        good = "@@ -9 +9 @@\n-x\n+y\n"
        for bad, words in (
            ("@@ -1,3 +1,3 @@\n a\n-b\n+c\n", "ends 1 lines early"),
            ("@@ -1,2 +1 @@\n-a\n+b\n+c\n", "more lines than its header says"),
        ):
            with self.subTest(bad=bad):
                made = split(row(bad + good))
                self.assertEqual([hunk["header"] for hunk in made["hunks"]], ["@@ -9 +9 @@"])
                self.assertIn(words, made["skipped"][0]["reason"])
                self.assertEqual(split(row(bad))["hunks"], [])

    def test_text_after_the_last_hunk_is_reported(self):
        made = split(row("@@ -1 +1 @@\n-a\n+b\nmore\n"))

        self.assertEqual(len(made["hunks"]), 1)
        self.assertIn("text outside a hunk", made["skipped"][0]["reason"])

    def test_nothing_at_all_is_no_error(self):
        self.assertEqual(split()["counts"], {"files": 0, "hunks": 0, "skipped": 0})


class Questions(unittest.TestCase):
    def test_the_model_sees_every_line_behind_its_labels(self):
        hunk = split(row("@@ -9,2 +9,2 @@ f\n a\n-b\n+c\n", path="x.py"))["hunks"][0]

        self.assertEqual(hunk["text"], "File: x.py\n@@ -9,2 +9,2 @@ f\no9  n9  |  a\no10     | -b\n"
                                       "    n10 | +c\n")

    def test_long_hunks_are_cut_and_every_line_keeps_its_numbers(self):
        diff = "@@ -0,0 +1,300 @@\n" + "".join(f"+line {n}\n" for n in range(1, 301))
        hunks = split(row(diff, new_file=True), lines_at_once=120)["hunks"]

        self.assertEqual([hunk["part"] for hunk in hunks],
                         [{"number": n, "of": 3} for n in (1, 2, 3)])
        self.assertEqual(hunks[2]["header"], "@@ -0,0 +241,60 @@")
        self.assertIn("(part 3 of 3 of this hunk)", hunks[2]["text"])
        self.assertEqual([line["new"] for hunk in hunks for line in hunk["lines"]],
                         list(range(1, 301)))

    def test_a_very_long_line_is_shown_in_part_and_says_so(self):
        hunk = split(row("@@ -0,0 +1 @@\n+" + "x" * 900 + "\n"))["hunks"][0]

        self.assertIn("… (400 more characters)", hunk["text"])
        self.assertEqual(len(hunk["lines"][0]["text"]), 900)

    def test_ids_are_stable_and_a_repeated_file_is_read_once(self):
        one = row("@@ -1 +1 @@\n-a\n+b\n")
        other = row("@@ -1 +1 @@\n-a\n+c\n")

        self.assertEqual(split(one)["hunks"][0]["id"], split(one)["hunks"][0]["id"])
        self.assertNotEqual(split(one)["hunks"][0]["id"], split(other)["hunks"][0]["id"])
        self.assertEqual(len(split(one, one)["hunks"]), 1)

    def test_hunks_beyond_the_limit_are_listed(self):
        rows = [row("@@ -1 +1 @@\n-a\n+b\n", path=f"{n}.txt") for n in range(5)]
        made = split(*rows, most_hunks=3)

        self.assertEqual(len(made["hunks"]), 3)
        self.assertEqual([one["new_path"] for one in made["skipped"]], ["3.txt", "4.txt"])
        self.assertEqual(len(split(*rows, most_bytes=500)["hunks"]), 2)


if __name__ == "__main__":
    unittest.main()
