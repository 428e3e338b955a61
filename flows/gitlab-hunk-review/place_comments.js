// Turns what the model wrote about each hunk into comments at lines that exist.
//
// The model names lines by the labels it was shown (`n12`, `o7`). A label that is not in the hunk
// becomes the nearest line that is. Every comment carries its fallbacks, best first, for the case
// that GitLab refuses the exact position.

const SEVERITIES = ["critical", "major", "minor"];
const LONGEST_COMMENT = 4000;

function main({ reviews, at_most = 40, at_most_per_hunk = 8 }) {
  const placed = [];
  const failed = [];
  for (const review of reviews) {
    const comments = review.output?.value?.comments;
    if (review.state !== "succeeded" || !Array.isArray(comments)) {
      failed.push(unreviewed(review));
      continue;
    }
    const fromHunk = comments.map((comment) => place(review.item, comment)).filter(Boolean);
    placed.push(...byImportance(fromHunk).slice(0, at_most_per_hunk));
  }
  if (failed.length > 0 && failed.length === reviews.length) {
    throw new Error(`none of the ${failed.length} hunks could be reviewed: ${failed[0].reason}`);
  }
  const once = withoutDuplicates(placed);
  const kept = new Set(byImportance(once).slice(0, at_most));
  const comments = once.filter((one) => kept.has(one));
  return {
    comments,
    failed,
    counts: {
      hunks: reviews.length,
      reviewed: reviews.length - failed.length,
      comments: comments.length,
      left_out: once.length - comments.length,
    },
  };
}

function unreviewed({ item, error }) {
  return {
    path: item.new_path,
    header: item.header,
    reason: error?.message ?? "the model's answer has no list of comments",
  };
}

function place(hunk, comment) {
  const body = safeText(comment?.comment);
  if (!body) {
    return null;
  }
  let last = nearest(hunk.lines, comment.last_line ?? comment.first_line);
  let first = nearest(hunk.lines, comment.first_line ?? comment.last_line);
  if (first.n > last.n) {
    [first, last] = [last, first];
  }
  const rule = slug(comment.rule);
  const severity = SEVERITIES.includes(comment.severity) ? comment.severity : "minor";
  const line = label(last);
  return {
    key: [hunk.position.head_sha, hunk.new_path, line, rule].join(":"),
    path: hunk.new_path,
    line,
    first_line: label(first),
    rule,
    severity,
    body: `**${rule}** (${severity}): ${body}`,
    ...positions(hunk, first, last),
  };
}

// The line that a label names, or the nearest one. A label without a letter counts as new.
function nearest(lines, wanted) {
  const found = /([on+-]?)\s*(\d{1,9})/i.exec(String(wanted ?? ""));
  if (!found) {
    return lines.find((line) => line.kind !== "context") ?? lines[0];
  }
  const number = Number(found[2]);
  const isOld = found[1].toLowerCase() === "o" || found[1] === "-";
  const sides = isOld ? ["old", "new"] : ["new", "old"];
  for (const side of sides) {
    const numbered = lines.filter((line) => line[side] !== null);
    if (numbered.length > 0) {
      return numbered.reduce((best, line) =>
        Math.abs(line[side] - number) < Math.abs(best[side] - number) ? line : best);
    }
  }
  return lines[0];
}

function label(line) {
  return line.kind === "removed" ? `o${line.old}` : `n${line.new}`;
}

// The exact place, then what to try when it is refused: the same line as GitLab's own reader
// numbers it, the nearest line that both number alike, the file. A plain note is always possible.
function positions(hunk, first, last) {
  const exact = at(hunk, last);
  const fallbacks = [];
  let position = exact;
  if (first !== last && first.sure && last.sure) {
    position = { ...exact, line_range: { start: end(hunk, first), end: end(hunk, last) } };
    fallbacks.push(exact);
  }
  if (last.gitlab && isLine(hunk, last.gitlab)) {
    fallbacks.push(at(hunk, last.gitlab));
  }
  const near = nearbyLine(hunk.lines, last);
  if (near) {
    fallbacks.push(at(hunk, near));
  }
  fallbacks.push({ ...hunk.position, position_type: "file" });
  return { position, fallbacks };
}

// Numbers that no line of the diff has by git would mislead whoever reads them outside GitLab.
function isLine(hunk, { old, new: fresh }) {
  return hunk.lines.some((line) => line.old === old && line.new === fresh);
}

// A changed line is preferred to a context line at the same distance.
function nearbyLine(lines, from) {
  const cost = (line) => 2 * Math.abs(line.n - from.n) + (line.kind === "context" ? 1 : 0);
  const others = lines.filter((line) => line.sure && line !== from);
  return others.length === 0
    ? null
    : others.reduce((best, line) => (cost(line) < cost(best) ? line : best));
}

function at(hunk, { old, new: fresh }) {
  const place = { ...hunk.position };
  if (old !== null) {
    place.old_line = old;
  }
  if (fresh !== null) {
    place.new_line = fresh;
  }
  return place;
}

function end(hunk, line) {
  const place = {
    line_code: `${hunk.line_code}_${line.code}`,
    type: line.kind === "added" ? "new" : "old",
  };
  if (line.old !== null) {
    place.old_line = line.old;
  }
  if (line.new !== null) {
    place.new_line = line.new;
  }
  return place;
}

function byImportance(comments) {
  return comments
    .map((comment, index) => ({ comment, index }))
    .sort((a, b) =>
      SEVERITIES.indexOf(a.comment.severity) - SEVERITIES.indexOf(b.comment.severity) ||
      a.index - b.index)
    .map(({ comment }) => comment);
}

function withoutDuplicates(comments) {
  const keys = new Set();
  return comments.filter(({ key }) => !keys.has(key) && keys.add(key));
}

function slug(text) {
  const made = String(text ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return made.slice(0, 40) || "remark";
}

// Model text is data: no control characters, no HTML comments, no line that GitLab would take for
// a command, and an end. The connector takes out the rest (mentions, images) before it posts.
function safeText(text) {
  if (typeof text !== "string") {
    return "";
  }
  let clean = text
    .replace(/\r\n?/g, "\n")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/<!--/g, "&lt;!--")
    .replace(/^([ \t]*)\/(?=[a-z])/gim, "$1\\/")
    .trim();
  if (clean.length > LONGEST_COMMENT) {
    clean = `${Array.from(clean).slice(0, LONGEST_COMMENT).join("")}…`;
  }
  return clean;
}
