"""The GitLab stand-in takes a position that names a line of the diff, and no other."""

import hashlib
import unittest

from gitlab_test_case import GitLabTestCase

LINE_CODE = ('400 Bad request - Note {:line_code=>["can\'t be blank", '
             '"must be a valid line code"]}')


class Positions(GitLabTestCase):
    def test_lines_of_every_kind_are_accepted_with_their_exact_pair(self):
        for position in (
            self.position("orders/totals.py", new_line=16),  # added
            self.position("orders/totals.py", old_line=16),  # removed
            self.position("orders/totals.py", old_line=14, new_line=14),  # context
            self.position("orders/totals.py", old_line=3, new_line=3),  # before every hunk
            self.position("orders/totals.py", old_line=30, new_line=32),  # after every hunk
            self.position("warehouse/export.py", old_line=8),  # deleted file
            self.position("orders/messages.txt", new_line=4),  # new file
            self.position("orders/notify.py", "orders/mail.py", new_line=7),  # renamed
            self.position("docs/limits.md", new_line=6),  # the last line, no newline
        ):
            with self.subTest(position=position):
                status, _, body = self.comment(position)
                self.assertEqual(status, 201, body)
                self.assertEqual(body["notes"][0]["type"], "DiffNote")
        self.assertEqual(self.server.state()["notes"], 9)

    def test_positions_that_name_no_line_are_refused_as_gitlab_does(self):
        for position in (
            self.position("orders/totals.py", new_line=14),  # context with one number
            self.position("orders/totals.py", old_line=16, new_line=16),  # added with both
            self.position("orders/totals.py", old_line=30, new_line=30),  # wrong offset
            self.position("orders/totals.py", old_line=400, new_line=402),  # past the end
            self.position("orders/messages.txt", old_line=1, new_line=1),  # old line of a new file
            self.position("orders/notify.py", new_line=7),  # renamed, given one path twice
            self.position("web/logo.png", new_line=1),  # binary
            self.position("orders/none.py", new_line=1),
            self.position("orders/messages.txt", "/dev/null", new_line=1),
            {**self.position("orders/totals.py", new_line=16),
             "base_sha": self.refs["head_sha"]},
            {**self.position("orders/totals.py", new_line=16),
             "start_sha": self.refs["base_sha"]},
        ):
            with self.subTest(position=position):
                status, _, body = self.comment(position)
                self.assertEqual((status, body), (400, {"message": LINE_CODE}))
        self.assertEqual(self.server.state()["notes"], 0)

    def test_no_line_at_all_is_incomplete(self):
        status, _, body = self.comment(self.position("orders/totals.py"))

        self.assertEqual(status, 400)
        self.assertIn(':position=>["is incomplete"]', body["message"])

    def test_a_removed_line_that_looks_like_a_header_shifts_the_numbers_after_it(self):
        # git removes old lines 5 and 6; GitLab drops the first and calls the second 5.
        refused = self.comment(self.position("db/schema.sql", old_line=6))
        accepted = self.comment(self.position("db/schema.sql", old_line=5))

        self.assertEqual((refused[0], accepted[0]), (400, 201))

    def test_missing_and_unknown_keys_of_a_position_are_named(self):
        whole = self.position("orders/totals.py", new_line=16)
        for change, message in (
            ({"base_sha": ...}, "position[base_sha] is missing"),
            ({"base_sha": ..., "position_type": ...},
             "position[base_sha] is missing, position[position_type] is missing"),
            ({"position_type": "line"}, "position[position_type] does not have a valid value"),
            ({"new_line": "x"}, "position[new_line] is invalid"),
            ({"line": 3}, "stand-in: unknown parameter 'position[line]'"),
            ({"old_path": ...}, "stand-in: send both position[old_path] and position[new_path]"),
        ):
            position = {key: value for key, value in {**whole, **change}.items()
                        if value is not ...}
            with self.subTest(change=change):
                status, _, body = self.comment(position)
                self.assertEqual((status, body), (400, {"error": message}))

    def test_both_ends_of_a_range_need_their_line_codes(self):
        name = hashlib.sha1(b"orders/totals.py").hexdigest()
        whole = self.position("orders/totals.py", new_line=16)
        start = {"line_code": f"{name}_16_15", "type": "old", "old_line": 16}
        end = {"line_code": f"{name}_17_16", "type": "new", "new_line": 16}
        good = {**whole, "line_range": {"start": start, "end": end}}
        self.assertEqual(self.comment(good)[0], 201)
        for change in (
            {"start": {"line_code": f"{name}_1_1"}, "end": end},
            {"start": {"type": "old", "old_line": 16}, "end": end},
            {"start": start, "end": {"line_code": f"{name}_17_17", "type": "new", "new_line": 17}},
            {"start": {**start, "type": "new"}, "end": end},
            {"start": {**start, "old_line": 15}, "end": end},
            {"start": end, "end": start},
            {"start": start},
        ):
            with self.subTest(change=change):
                self.assertEqual(self.comment({**whole, "line_range": change})[0], 400)

    def test_a_file_comment_needs_a_file_of_the_diff_and_no_line(self):
        place = {**self.position("web/logo.png"), "position_type": "file"}

        self.assertEqual(self.comment(place)[0], 201)
        self.assertEqual(self.comment({**place, "new_line": 1})[0], 400)
        self.assertEqual(
            self.comment({**self.position("README.md"), "position_type": "file"})[0], 400)


if __name__ == "__main__":
    unittest.main()
