"""`sluice check`, `run` and `runs` as a person uses them: what they find, say and end with."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("SLUICE", ROOT / ".build" / "debug" / "sluice"))


class Commands(unittest.TestCase):
    def setUp(self):
        self.assertTrue(PROGRAM.exists(), f"{PROGRAM} is not built; run 'swift build' first")
        folder = tempfile.TemporaryDirectory(prefix="sluice-commands-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def flow(self, name, nodes, head=""):
        path = self.folder / "flows" / name / "flow.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(f"flow: {name}\n{head}nodes:\n{nodes}")

    def sluice(self, *words, input=None):
        return subprocess.run(
            [PROGRAM, *words], cwd=self.folder, input=input, capture_output=True, text=True,
            timeout=120, env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)})

    def last_line(self, done):
        return json.loads(done.stdout.splitlines()[-1])

    def test_check_finds_a_sub_flow_that_is_not_there(self):
        self.flow("outer", "  inner: {flow: inner}\n")

        done = self.sluice("check", "outer")

        self.assertEqual(done.returncode, 1)
        self.assertIn("flows/outer/flow.yaml:3:17: there is no flow 'inner'", done.stdout)

    def test_check_compares_the_inputs_of_a_sub_flow(self):
        self.flow("outer", "  a: {flow: inner, input: {nmae: 1}}\n  b: {flow: inner}\n")
        self.flow("inner", "  a: {set: 1}\n", "inputs: {name: {type: string, required: true}}\n")

        done = self.sluice("check", "outer")

        self.assertEqual(done.returncode, 1)
        self.assertIn("flow 'inner' has no input 'nmae'", done.stdout)
        self.assertIn("did you mean 'name'?", done.stdout)
        self.assertIn("the required input 'name' of flow 'inner' is missing", done.stdout)

    def test_check_says_which_script_needs_node_and_that_it_is_not_granted(self):
        self.flow("files", "  list: {script: list.js}\n")
        (self.folder / "flows/files/list.js").write_text("import { zlib } from './lib.js'\n")
        (self.folder / "flows/files/lib.js").write_text("\nexport const zlib = require('zlib')\n")
        self.assertIn("'list.js' runs in Node.js, under profile 'node': lib.js imports 'zlib' (line 2)",
                      self.sluice("check", "files").stderr)

        (self.folder / "sluice.yaml").write_text("grants: {files: {tenant: t, profiles: [pure]}}\n")
        done = self.sluice("check", "files")
        self.assertEqual(done.returncode, 1)
        self.assertIn("not granted profile 'node', which it needs because lib.js imports 'zlib' (line 2)", done.stdout)
        self.assertIn("runtime: embedded", done.stdout)

        (self.folder / "flows/files/flow.yaml").write_text(
            "flow: files\nnodes:\n  list: {script: list.js, runtime: embedded}\n")
        self.assertEqual(self.sluice("check", "files").returncode, 0)

    def test_the_record_of_a_run_says_which_engine_ran_a_script_and_why(self):
        self.flow("files", "  a: {script: a.js}\n  b: {script: b.js}\n")
        (self.folder / "flows/files/a.js").write_text("import { gzipSync } from 'zlib'\nexport function main() { return 1 }\n")
        (self.folder / "flows/files/b.js").write_text("export function main() { return 2 }\n")
        (self.folder / "sluice.yaml").write_text("grants: {files: {tenant: t, profiles: [pure, node]}}\n")

        run = self.last_line(self.sluice("run", "files", "--json"))
        shown = json.loads(self.sluice("runs", "show", run["id"], "--json").stdout)

        self.assertEqual(run["state"], "succeeded", shown)
        runtimes = {step["node"]: step["attempts"][0]["runtime"] for step in shown["steps"]}
        self.assertEqual(runtimes["a"], {"engine": "node", "reason": "a.js imports 'zlib' (line 1)"})
        self.assertEqual(runtimes["b"]["engine"], "embedded")

    def test_a_sub_flow_with_faults_of_its_own_hides_no_other(self):
        self.flow("outer", "  inner: {flow: inner}\n")
        self.flow("inner", "  a: {sett: 1}\n")

        done = self.sluice("check")

        self.assertIn("flows/inner/flow.yaml:3:7: unknown key 'sett'", done.stdout)
        self.assertNotIn("outer", done.stdout)

    def test_what_a_person_got_wrong_ends_with_2(self):
        self.flow("f", "  a: {set: 1}\n", "inputs: {n: {type: integer}}\n")
        self.flow("broken", "  a: {sett: 1}\n")
        for words in [["run", "nosuch"], ["check", "nosuch"], ["run", "f", "--input", "m=1"],
                      ["run", "f", "--input", "n=x"], ["run", "broken"], ["runs", "show", "nosuch"],
                      ["run", "f", "--config", "nosuch.yaml"]]:
            with self.subTest(words=words):
                self.assertEqual(self.sluice(*words).returncode, 2)

    def test_a_text_may_look_like_a_number(self):
        self.flow("f", "  a: {set: 1}\n", "inputs: {t: {type: string}, n: {type: integer}}\n"
                  "outputs: {t: \"${{ inputs.t }}\", n: \"${{ inputs.n }}\"}\n")
        for typed, text in [("t=1.20", "1.20"), ('t="1"', "1"), ("t=null", "null"), ('{"t": "2"}', "2")]:
            with self.subTest(typed=typed):
                done = self.sluice("run", "f", "--input", typed, "--input", "n=3", "--json")

                self.assertEqual(self.last_line(done)["outputs"], {"t": text, "n": 3})

    def test_faults_that_keep_a_run_from_starting_are_shown_as_check_shows_them(self):
        self.flow("broken", "  a: {sett: 1}\n")

        done = self.sluice("run", "broken")

        self.assertTrue(
            done.stderr.startswith("flows/broken/flow.yaml:3:7: unknown key 'sett'"), done.stderr)
        self.assertIn("nothing has run", done.stderr)

    def test_all_faults_of_a_configuration_are_said_at_once(self):
        (self.folder / "sluice.yaml").write_text(
            "connections:\n  a: {kind: gitlab, url: \"https://a.example\"}\n"
            "  b: {kind: http, url: b.example, token: secret:B}\n"
            "  c: {kind: http, url: \"https://c.example\", token: secret:B, tokn: 1}\n"
            "grants: {f: {profile: [pure]}}\n")
        self.flow("f", "  a: {set: 1}\n")

        done = self.sluice("check")

        self.assertEqual(done.returncode, 1)
        for place, words in [("2:3", "'token' is missing"), ("3:24", "a URL begins with"),
                             ("4:3", "unknown key 'tokn'"), ("5:14", "unknown key 'profile'")]:
            with self.subTest(place=place):
                self.assertRegex(done.stdout, f"sluice.yaml:{place}: .*{words}")
        self.assertNotIn("is bound to", done.stdout)
        self.assertIn("sluice: nothing has run", self.sluice("run", "f").stderr)

    def test_an_event_has_a_query_and_a_webhook_reads_vars(self):
        (self.folder / "sluice.yaml").write_text("vars: {team: red}\ngrants: {f: {}}\n")
        self.flow("f", "  a: {set: \"${{ trigger.query.page }}\"}\n",
                  "inputs: {team: {type: string}, page: {type: string}}\n"
                  "on: {webhook: {inputs: {team: \"${{ vars.team }}\", page: \"${{ query.page }}\"}}}\n"
                  "outputs: {team: \"${{ inputs.team }}\", page: \"${{ inputs.page }}\", "
                  "again: \"${{ nodes.a.output }}\"}\n")

        done = self.sluice(
            "run", "f", "--json", "--event", "-", input='{"query": {"page": "7"}, "body": {}}')

        self.assertEqual(
            self.last_line(done)["outputs"], {"team": "red", "page": "7", "again": "7"})

    def test_a_person_at_the_keyboard_answers_an_approval_that_names_others(self):
        self.flow("f", "  a: {approval: {ask: Now?, choices: {yes: Yes}, who: [\"key:release\"]}}\n",
                  "outputs: {choice: \"${{ nodes.a.output.choice }}\"}\n")
        run = self.last_line(self.sluice("run", "f", "--json"))["id"]

        decided = self.sluice("runs", "decide", run, "a", "--choice", "yes")

        self.assertEqual(decided.returncode, 0, decided.stderr)
        done = self.sluice("run", "--resume", run, "--json")
        self.assertEqual(self.last_line(done)["outputs"], {"choice": "yes"})

    def test_a_waiting_run_is_cancelled_and_then_waits_for_nobody(self):
        self.flow("f", "  a: {approval: {ask: Now?, choices: {yes: Yes}, who: [\"key:release\"]}}\n")
        run = self.last_line(self.sluice("run", "f", "--json"))["id"]

        self.assertIn(f"sluice run --resume {run}", self.sluice("runs", "cancel", run).stderr)
        self.assertEqual(self.sluice("run", "--resume", run).returncode, 1)

        self.assertIn("is over already: cancelled", self.sluice("runs", "cancel", run).stderr)
        late = self.sluice("runs", "decide", run, "a", "--choice", "yes")
        self.assertEqual(late.returncode, 2)
        self.assertIn("does not wait for that", late.stderr)

    def test_wrong_words_name_what_is_missing_and_what_was_meant(self):
        for words, message, usage in [
                (["exec"], "SCRIPT is missing", "exec SCRIPT [options]"),
                (["exec", "a.py", "b.py"], "'b.py' is one word too many", "exec SCRIPT [options]"),
                (["exec", "-json", "a.py"], "unknown option -json; did you mean --json?", "exec SCRIPT [options]"),
                (["exec", "-p", "a.py"], "unknown option -p; did you mean --profile?", "exec SCRIPT [options]"),
                (["packages", "show"], "NAME is missing", "packages show NAME [--verify]"),
                (["packages", "remove", "a", "b"], "'b' is one word too many", "packages remove NAME")]:
            with self.subTest(words=words):
                done = self.sluice(*words)
                self.assertEqual(done.returncode, 2)
                first, second = done.stderr.splitlines()
                self.assertEqual(first, f"sluice: {message}")
                self.assertTrue(second.startswith(f"       usage: sluice {usage}"), second)
        self.assertEqual(self.sluice("exce").stderr, "sluice: unknown command 'exce'; did you mean 'exec'?\n")
        self.assertIn("'sluice help' lists them", self.sluice("frobnicate").stderr)

    def test_words_after_two_dashes_are_names(self):
        (self.folder / "-h.py").write_text("def main(): return 1")

        self.assertEqual(self.sluice("exec", "--", "-h.py").stdout, "1\n")
        self.assertIn("usage: sluice exec", self.sluice("exec", "-h").stdout)

    def test_help_aligns_its_columns(self):
        for command in ["exec", "explain", "packages", "run", "secrets"]:
            page = self.sluice("help", command).stdout
            rows = [line for line in page.splitlines() if line.startswith("  -")]
            columns = {len(re.match(r"  \S.*?  +", row).group()) for row in rows}
            self.assertEqual(len(columns), 1, page)


if __name__ == "__main__":
    unittest.main()
