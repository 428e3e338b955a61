from check_case import CheckCase, SCRIPTS
import sys

sys.path.insert(0, str(SCRIPTS))
from swift_tokens import tokens  # noqa: E402


class ConfinementTest(CheckCase):
    def setUp(self):
        super().setUp()
        self.write("Sources/Platform/CCurl/module.modulemap", "module CCurl {}")
        self.write("Sources/Platform/CLinux/clinux.c", "int x;")
        self.write("Sources/Shared/CZygoteProtocol/include/zygote_protocol.h", "#define X 1")
        self.write(
            "Sources/Platform/LinuxSystem/Pipe.swift",
            "package import Glibc\nimport CLinux\nlet x = unsafe pointer.pointee\n"
            "struct Box: @unchecked Sendable { nonisolated(unsafe) var p: UnsafeRawPointer? }\n")

    def judge(self, code, file="Sources/Host/Journal/Run.swift"):
        self.write(file, code)
        return self.root

    def test_platform_may_do_all_of_it(self):
        self.assert_passes("check-confinement", self.root)

    def test_each_word_outside_platform_fails(self):
        for code, saying in [
            ("let x = unsafe y\n", "the word 'unsafe'"),
            ("nonisolated(unsafe) var x = 1\n", "the word 'unsafe'"),
            ("final class A: @unchecked Sendable {}\n", "'@unchecked'"),
            ("import Glibc\n", "an import of 'Glibc'"),
            ("package import Glibc\n", "an import of 'Glibc'"),
            ("internal import CCurl\n", "an import of 'CCurl'"),
            ("import struct CLinux.flags\n", "an import of 'CLinux'"),
            ("import CZygoteProtocol\n", "an import of 'CZygoteProtocol'"),
            ("func f(_ p: UnsafeRawPointer) {}\n", "the raw pointer 'UnsafeRawPointer'"),
            ("let text = \"a \\(unsafe y) b\"\n", "the word 'unsafe'"),
            ("let text = #\"a \\#(unsafe y) b\"#\n", "the word 'unsafe'"),
            ("/* a /* b */ c */ let x = unsafe y\n", "the word 'unsafe'"),
            ("let a = \"\"\"\n  text \"quoted\"\n  \"\"\"; let x = unsafe y\n", ":3: the word 'unsafe'"),
        ]:
            with self.subTest(code=code):
                self.assert_fails("check-confinement", self.judge(code), saying=saying)

    def test_tests_are_judged_too(self):
        root = self.judge("let x = unsafe y\n", file="Tests/JournalTests/RunTests.swift")
        self.assert_fails("check-confinement", root, saying="RunTests.swift:1")

    def test_words_that_are_no_code_pass(self):
        for code in [
            "// unsafe, import Glibc\n",
            "/* unsafe /* @unchecked */ unsafe */\n",
            "let text = \"unsafe \\\" unsafe\"\n",
            "let text = #\"unsafe \\(unsafe) \" unsafe\"#\n",
            "let text = \"\"\"\n  unsafe \"unsafe\"\n  \"\"\"\n",
            "@Test func `an unsafe thing is refused`() {}\n",
            "let unsafety = 1; let isUnsafe = 2\n",
            "import Foundation\n",
        ]:
            with self.subTest(code=code):
                self.assert_passes("check-confinement", self.judge(code))

    def test_the_boundary_may_speak_the_zygotes_protocol(self):
        root = self.judge("internal import CZygoteProtocol\n", file="Sources/Boundary/S/Frames.swift")
        self.assert_passes("check-confinement", root)

    def test_tokens_know_their_lines(self):
        found = tokens('let a = "x\\(b + "y")"\n// c\nd')
        self.assertEqual(
            [(token.text, token.line) for token in found],
            [("let", 1), ("a", 1), ("=", 1), ("b", 1), ("+", 1), ("d", 3)])
