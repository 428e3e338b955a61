from check_case import CheckCase

FORMAT = '{"version": 1, "indentation": {"spaces": 4}, "lineLength": 100}'


class LengthsTest(CheckCase):
    def test_a_file_of_500_lines_passes_and_is_named(self):
        self.write("Sources/A.swift", "\n" * 500)
        status, printed = self.run_check("check-lengths", self.root)
        self.assertEqual(status, 0)
        self.assertIn("Sources/A.swift has 500 lines", printed)

    def test_one_line_more_fails_in_every_language(self):
        for name in ["A.swift", "Tests/ATests.swift", "a.c", "a.h", "a.py", "a.js", "scripts/setup"]:
            with self.subTest(name=name):
                file = self.write(name, "\n" * 501)
                self.assert_fails("check-lengths", self.root, saying=f"{name}: 501 lines")
                file.unlink()

    def test_text_may_be_long(self):
        self.write("docs/flows.md", "\n" * 900)
        self.assert_passes("check-lengths", self.root)


class LinksTest(CheckCase):
    def test_links_that_lead_somewhere_pass(self):
        self.write("docs/other page.md", "# Part\n")
        self.write(
            "README.md",
            "# Here\n[a](docs/other%20page.md#part) [b](https://example.com/x) [c](#here) [d](docs/)\n"
            "`[e](nowhere.md)`\n```\n[f](nowhere.md)\n```\n[g]: docs/\n")
        self.assert_passes("check-links", self.root)

    def test_a_link_that_leads_nowhere_fails(self):
        for link in ["[a](nowhere.md)", "![a](nowhere.md)", "[a](docs/nowhere.md#x)", "[a]: nowhere.md",
                     "[a](/nowhere.md)", '[a](nowhere.md "title")']:
            with self.subTest(link=link):
                self.write("docs/page.md", f"first line\n{link}\n")
                self.assert_fails("check-links", self.root, saying="docs/page.md:2")

    def test_a_part_of_a_page_is_a_heading_of_it(self):
        self.write("docs/other.md", "# One & *two*\n\n## `a/b`: c\n\n## Twice\n\n## Twice\n\n```\n# no heading\n```\n")
        for part in ["one--two", "ab-c", "twice", "twice-1"]:
            self.write("docs/page.md", f"# Here\n[a](other.md#{part}) [b](#here)\n")
            with self.subTest(part=part):
                self.assert_passes("check-links", self.root)
        for link in ["other.md#no-heading", "other.md#three", "#there"]:
            self.write("docs/page.md", f"# Here\n[a]({link})\n")
            with self.subTest(link=link):
                self.assert_fails("check-links", self.root, saying="docs/page.md:2")


class FormatTest(CheckCase):
    def test_formatted_code_passes(self):
        self.write(".swift-format", FORMAT)
        self.write("Sources/A.swift", "struct A {\n    let b = 1\n}\n")
        self.assert_passes("check-format", self.root)

    def test_code_that_is_not_formatted_fails(self):
        self.write(".swift-format", FORMAT)
        for code in ["struct A {\n  let b = 1\n}\n", "let a = 1;\n", "let a  =  1\n"]:
            with self.subTest(code=code):
                self.write("Tests/ATests.swift", code)
                self.assert_fails("check-format", self.root, saying="check-format: run")


class TablesTest(CheckCase):
    def setUp(self):
        super().setUp()
        self.list = self.write("list", "# comment\n\nREADME.md numbers printf 'one\\ntwo\\n'\n")

    def document(self, part):
        text = f"before\n<!-- generated: numbers -->\n{part}<!-- end generated -->\nafter\n"
        return self.write("README.md", text)

    def test_a_fresh_table_passes(self):
        self.document("one\ntwo\n")
        self.assert_passes("check-tables", self.root, self.list)

    def test_a_stale_table_fails_and_can_be_renewed(self):
        file = self.document("one\n")
        self.assert_fails("check-tables", self.root, self.list, saying="README.md: 'numbers' is not what")

        self.assert_passes("check-tables", "--write", self.root, self.list)

        self.assertEqual(
            file.read_text(),
            "before\n<!-- generated: numbers -->\none\ntwo\n<!-- end generated -->\nafter\n")
        self.assert_passes("check-tables", self.root, self.list)

    def test_a_missing_part_and_a_failing_generator_fail(self):
        self.write("README.md", "nothing generated here\n")
        self.assert_fails("check-tables", self.root, self.list, saying="has no part between")
        self.write("list", "README.md numbers echo broken >&2; exit 3\n")
        self.assert_fails("check-tables", self.root, self.list, saying="ended with 3: broken")
