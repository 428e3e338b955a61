// Decides from a webhook's body whether the merge request wants a review.
//
// Without a body (a run started by hand) it always does. What GitLab calls `update` covers pushes
// as well as labels and approvals: only a push (`oldrev`) and the end of a draft count.

function main({ body, bot }) {
  if (body === null || body === undefined) {
    return decision(true, "started by hand", null);
  }
  const attributes = body.object_attributes;
  if (body.object_kind !== "merge_request" || typeof attributes !== "object" || !attributes) {
    return decision(false, `not a merge request event: ${body.object_kind}`, null);
  }
  if (attributes.state !== "opened") {
    return decision(false, `the merge request is ${attributes.state}`, attributes);
  }
  if (attributes.draft === true || attributes.work_in_progress === true) {
    return decision(false, "it is a draft", attributes);
  }
  if (bot && body.user && body.user.username === bot) {
    return decision(false, "the event is our own doing", attributes);
  }
  return decision(...reasonFor(attributes, body.changes || {}), attributes);
}

function reasonFor(attributes, changes) {
  switch (attributes.action) {
    case "open":
      return [true, "opened"];
    case "reopen":
      return [true, "reopened"];
    case "update":
      if (attributes.oldrev) {
        return [true, "new commits"];
      }
      if (leftDraft(changes.draft) || leftDraft(changes.work_in_progress)) {
        return [true, "no longer a draft"];
      }
      return [false, "updated, but not its code"];
    case undefined:
    case null:
      // Old versions name no action. A review of the same commit adds nothing a second time.
      return [true, "the event names no action"];
    default:
      return [false, `the action is ${attributes.action}`];
  }
}

function leftDraft(change) {
  return Boolean(change) && change.previous === true && change.current === false;
}

// `head` is the newest commit the event knows of, `before` the one a push replaced: a merge
// request that still shows `before` has not caught up with the push.
function decision(review, reason, attributes) {
  return {
    review,
    reason,
    head: attributes?.last_commit?.id ?? null,
    before: attributes?.oldrev ?? null,
  };
}
