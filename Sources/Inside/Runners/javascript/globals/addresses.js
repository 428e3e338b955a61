// What URL and URLSearchParams stand on: percent-encoding, and the hosts of addresses.
((services, host) => {
  "use strict";
  const percent = (text, keep) => {
    let out = "";
    for (const character of text.toWellFormed()) {
      if (keep.test(character)) out += character;
      else for (const byte of host.encode(character)) out
        += `%${byte < 16 ? "0" : ""}${byte.toString(16).toUpperCase()}`;
    }
    return out;
  };
  const unescape = (text) => {
    if (!text.includes("%")) return text;
    const bytes = [];
    for (let at = 0; at < text.length; at += 1) {
      const pair = text[at] === "%" ? text.slice(at + 1, at + 3) : "";
      if (/^[\da-fA-F]{2}$/.test(pair)) {
        bytes.push(parseInt(pair, 16));
        at += 2;
      } else {
        const point = String.fromCodePoint(text.codePointAt(at));
        bytes.push(...host.encode(point));
        at += point.length - 1;
      }
    }
    return host.decode(new Uint8Array(bytes), false);
  };

  /** One label in punycode, RFC 3492. */
  const punycode = (label) => {
    const points = [...label].map((character) => character.codePointAt(0));
    let out = points.filter((point) => point < 128).map((point) => String.fromCharCode(point)).join("");
    const basic = out.length;
    if (basic) out += "-";
    let [n, delta, bias, handled] = [128, 0, 72, basic];
    const digit = (value) => String.fromCharCode(value < 26 ? value + 97 : value + 22);
    while (handled < points.length) {
      const next = Math.min(...points.filter((point) => point >= n));
      delta += (next - n) * (handled + 1);
      n = next;
      for (const point of points) {
        if (point < n) delta += 1;
        if (point !== n) continue;
        let q = delta;
        for (let k = 36; ; k += 36) {
          const t = Math.min(26, Math.max(1, k - bias));
          if (q < t) break;
          out += digit(t + ((q - t) % (36 - t)));
          q = Math.floor((q - t) / (36 - t));
        }
        out += digit(q);
        let d = handled === basic ? Math.floor(delta / 700) : Math.floor(delta / 2);
        d += Math.floor(d / (handled + 1));
        let k = 0;
        for (; d > 455; k += 36) d = Math.floor(d / 35);
        bias = k + Math.floor((36 * d) / (d + 38));
        delta = 0;
        handled += 1;
      }
      delta += 1;
      n += 1;
    }
    return `xn--${out}`;
  };
  const ipv4 = (name) => {
    const parts = name.replace(/\.$/, "").split(".");
    if (!/^(\d+|0x[\da-f]*)$/i.test(parts.at(-1))) return null;
    const numbers = parts.map((part) => (/^0x/i.test(part) ? parseInt(part.slice(2) || "0", 16)
      : /^0\d/.test(part) ? parseInt(part, 8) : /^\d+$/.test(part) ? Number(part) : NaN));
    const last = numbers.pop();
    if (parts.length > 4 || numbers.some((one) => !(one < 256))
      || !(last < 256 ** (4 - numbers.length))) return undefined;
    let value = last;
    numbers.forEach((one, index) => { value += one * 256 ** (3 - index); });
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
  };
  const ipv6 = (text) => {
    let source = text;
    const tail = /(^|:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(source);
    if (tail) {
      const [a, b, c, d] = tail.slice(2).map(Number);
      if ([a, b, c, d].some((one) => one > 255)) return undefined;
      source = `${source.slice(0, tail.index + tail[1].length)}${(a * 256 + b).toString(16)}:${(c * 256 + d)
        .toString(16)}`;
    }
    const halves = source.split("::");
    const groups = halves.map((half) => (half ? half.split(":") : []));
    const count = groups.flat().length;
    if (halves.length > 2 || (halves.length === 1 ? count !== 8 : count > 7)
      || groups.flat().some((one) => !/^[\da-f]{1,4}$/i.test(one))) return undefined;
    const all = halves.length === 2 ? [...groups[0], ...Array(8 - count).fill("0"), ...groups[1]] : groups[0];
    const plain = all.map((one) => parseInt(one, 16).toString(16));
    let best = { length: 1, start: -1 };
    for (let start = 0; start < 8; start += 1) {
      let length = 0;
      while (plain[start + length] === "0") length += 1;
      if (length > best.length) best = { length, start };
    }
    if (best.start < 0) return `[${plain.join(":")}]`;
    return `[${plain.slice(0, best.start).join(":")}::${plain.slice(best.start + best.length).join(":")}]`;
  };
  const hostOf = (text, special) => {
    if (text.startsWith("[")) return text.endsWith("]") ? ipv6(text.slice(1, -1)) : undefined;
    if (!special) return /[\s#/<>?@[\\\]^|]/.test(text) ? undefined : percent(text, /[\x21-\x7e]/);
    const name = unescape(text).normalize("NFKC").toLowerCase().replaceAll("\u3002", ".");
    if (name === "" || /[\x00-\x20#%/:<>?@[\\\]^`{|}\x7f]/.test(name)) return undefined;
    const ascii = name.split(".").map((label) => (/^[\x00-\x7f]*$/.test(label) ? label : punycode(label)))
      .join(".");
    const address = ipv4(ascii);
    return address === null ? ascii : address;
  };

  services.addresses = { percent, unescape, hostOf };
})
