"""What JavaScript scripts find beside the language, compared with Python's own answers or Node's."""

import base64
import hashlib
import hmac
import random
import unittest
import urllib.parse

from runner_support import RunnerCase, run_javascript


class AgainstPython(RunnerCase):
    def test_many_timers_are_kept_in_order_at_little_cost(self):
        outcome = run_javascript("""async function main() {
  const seen = [];
  const last = new Map();
  let inOrder = true;
  await Promise.all(Array.from({length: 20000}, (_, i) => new Promise((done) => {
    const wait = 1 + i % 50;
    setTimeout(() => { inOrder &&= (last.get(wait) ?? -1) < i; last.set(wait, i); done(); }, wait);
  })));
  setImmediate(() => seen.push("first"));
  clearImmediate(setImmediate(() => seen.push("never")));
  setImmediate(() => seen.push("second"));
  const moved = setTimeout(() => seen.push("moved"), 300);
  setTimeout(() => moved.refresh(), 100);
  setTimeout(() => seen.push("between"), 320);
  clearTimeout(setTimeout(() => seen.push("never"), 1));
  await new Promise((done) => setTimeout(done, 450));
  return [inOrder, seen];
}""")
        self.returns(outcome, [True, ["first", "second", "between", "moved"]])

    def test_digests_of_every_length_around_the_block_sizes(self):
        source = """const crypto = require("crypto");
function main({lengths, names}) {
  const bytes = Buffer.from(Array.from({length: 300}, (_, i) => i * 7));
  return names.map((name) => lengths.map((n) => [
    crypto.createHash(name).update(bytes.subarray(0, n)).digest("hex"),
    crypto.createHmac(name, bytes.subarray(0, n)).update("x").digest("base64")]));
}"""
        data = bytes(i * 7 % 256 for i in range(300))
        lengths = [0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 255, 300]
        names = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
        self.returns(run_javascript(source, {"lengths": lengths, "names": names}), [
            [[hashlib.new(name, data[:n]).hexdigest(),
              base64.b64encode(hmac.new(data[:n], b"x", name).digest()).decode()] for n in lengths]
            for name in names])

    def test_decoding_any_bytes_as_utf8(self):
        chance = random.Random(1)
        pieces = ["é", "€", "😀", "a", "\u0800", "\uffff", "\U0010ffff"]
        samples = []
        for _ in range(400):
            sample = bytearray("".join(chance.choices(pieces, k=chance.randrange(6))).encode())
            for _ in range(chance.randrange(3)):
                sample.insert(chance.randrange(len(sample) + 1), chance.randrange(256))
            samples.append(bytes(sample[chance.randrange(2):]))
        source = """function main({samples}) {
  const strict = new TextDecoder("utf-8", {fatal: true, ignoreBOM: true});
  return samples.map((hex) => {
    const bytes = Buffer.from(hex, "hex");
    let isValid = true;
    try { strict.decode(bytes); } catch { isValid = false; }
    return [bytes.toString(), isValid];
  });
}"""

        def is_valid(sample):
            try:
                sample.decode()
                return True
            except UnicodeDecodeError:
                return False

        self.returns(run_javascript(source, {"samples": [sample.hex() for sample in samples]}),
                     [[sample.decode("utf-8", "replace"), is_valid(sample)] for sample in samples])

    def test_base64_and_hex_both_ways(self):
        samples = [bytes(range(n, n + n)) for n in range(0, 60, 7)] + [b"\xff\xfe\xfb" * 5]
        source = """function main({samples}) {
  return samples.map((hex) => { const b = Buffer.from(hex, "hex");
    return [b.toString("base64"), b.toString("base64url"), Buffer.from(b.toString("base64"), "base64").toString("hex"),
            Buffer.from(b.toString("base64url"), "base64").toString("hex")]; });
}"""
        self.returns(run_javascript(source, {"samples": [sample.hex() for sample in samples]}), [
            [base64.b64encode(sample).decode(), base64.urlsafe_b64encode(sample).decode().rstrip("="), sample.hex(), sample.hex()]
            for sample in samples])

    def test_query_strings(self):
        pairs = [["a", "1 2"], ["é", "ü&=+"], ["", "x"], ["b", ""], ["c", "*-._~'"]]
        outcome = run_javascript("function main({pairs}) { const text = new URLSearchParams(pairs).toString(); return [text, [...new URLSearchParams(text)]] }", {"pairs": pairs})
        text, back = outcome.payload
        self.assertEqual(back, pairs)
        self.assertEqual(urllib.parse.parse_qsl(text, keep_blank_values=True), [tuple(pair) for pair in pairs])


class AgainstNode(RunnerCase):
    def test_addresses(self):
        cases = {
            "http://a.b/c/d?x#y": "http://a.b/c/d?x#y", "HTTP://EX.com:80/../a/./b": "http://ex.com/a/b",
            "https://u:p%40@h:8443/p a?q=é#ü": "https://u:p%40@h:8443/p%20a?q=%C3%A9#%C3%BC", "file:///C:/a/../b": "file:///C:/b",
            "data:text/plain,hi there": "data:text/plain,hi there", "mailto:a@b.c": "mailto:a@b.c", "http://[::1]:80/": "http://[::1]/",
            "http://[2001:db8::0:1]/": "http://[2001:db8::1]/", "http://1.2.3": "http://1.2.0.3/", "http://0x7f.1/": "http://127.0.0.1/",
            "http://a/b;c=1/%2e%2E/d": "http://a/d", "https:example.com": "https://example.com/", "http:\\\\x\\y": "http://x/y",
            "foo://bar/baz?q#f": "foo://bar/baz?q#f", "http://h:99999/": None, "//x": None, "http://": None, "http://a b/": None,
            "https://münchen.de": "https://xn--mnchen-3ya.de/",
        }
        source = "function main({all}) { return all.map((text) => URL.canParse(text) ? new URL(text).href : null) }"
        self.returns(run_javascript(source, {"all": list(cases)}), list(cases.values()))

    def test_values_as_people_read_them(self):
        cases = {
            "{a: {b: {c: {d: 1}}}}": "{ a: { b: { c: [Object] } } }", "[1, [2, [3, [4]]]]": "[ 1, [ 2, [ 3, [Array] ] ] ]",
            "'a\\'b'": '"a\'b"', "[, 'x']": "[ <1 empty item>, 'x' ]", "new Map([['a', {b: 1}]])": "Map(1) { 'a' => { b: 1 } }",
            "{get a() { return 1 }, set b(v) {}}": "{ a: [Getter], b: [Setter] }", "Object.create(null)": "[Object: null prototype] {}",
            "new (class Foo { x = 1 })": "Foo { x: 1 }", "class A {}": "[class A]", "async () => {}": "[AsyncFunction (anonymous)]",
            "{'a-b': 1, [Symbol('k')]: -0}": "{ 'a-b': 1, [Symbol(k)]: -0 }", "new Uint8Array(2)": "Uint8Array(2) [ 0, 0 ]",
            "new Date(NaN)": "Invalid Date", "Object('s')": "[String: 's']", "10n": "10n", "Buffer.from('ab')": "<Buffer 61 62>",
            "(() => { const a = {}; a.a = a; return a })()": "<ref *1> { a: [Circular *1] }",
            "{name: 'Item', list: [{id: 1, title: 'first thing'}, {id: 2, title: 'second thing'}]}":
                "{\n  name: 'Item',\n  list: [ { id: 1, title: 'first thing' }, { id: 2, title: 'second thing' } ]\n}",
        }
        source = f"const {{ inspect }} = require('util');\nfunction main() {{ return [{', '.join(f'inspect({text})' for text in cases)}] }}"
        self.returns(run_javascript(source), list(cases.values()))


if __name__ == "__main__":
    unittest.main()
