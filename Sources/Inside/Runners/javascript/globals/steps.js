// What the body of an n8n Code node finds in its scope.
((services) => {
  "use strict";
  const unavailable = (name) => () => {
    throw new Error(`${name} is not available in a script step; it has no network and no n8n core`); };
  const mistake = (message, description) =>
    Object.assign(new Error(description ? `${message}: ${description}` : message),
    { name: "ExpressionError" });

  const binaryHelpers = (items) => ({
    getBinaryDataBuffer: async (index, property) => {
      const binary = typeof property === "string" ? items[index]?.binary?.[property] : property;
      if (!binary) throw mistake(`item ${index} has no binary property '${property}'`);
      return Buffer.from(binary.data, "base64");
    },
    assertBinaryData: (index, property) => {
      const binary = items[index]?.binary?.[property];
      if (!binary) throw mistake(`item ${index} has no binary property '${property}'`);
      return binary;
    },
    prepareBinaryData: async (data, fileName, mimeType = "application/octet-stream") => {
      const buffer = Buffer.from(data);
      const fileExtension = fileName?.includes(".") ? fileName.split(".").at(-1) : undefined;
      return { data: buffer.toString("base64"), mimeType, fileName, fileExtension,
        fileSize: `${buffer.length} B` };
    },
    setBinaryDataBuffer: async (binary,
      buffer) => ({ ...binary, data: Buffer.from(buffer).toString("base64") }),
    binaryToString: async (data, encoding) => Buffer.from(data).toString(encoding),
    returnJsonArray: (json) => [].concat(json).map((one) => ({ json: one })),
    normalizeItems: (given) => [].concat(given).map((one) => ("json" in one ? one : { json: one })),
  });
  /** n8n's httpRequest over fetch: the body of the answer, or all of it with returnFullResponse. */
  const httpRequest = async (given) => {
    const options = typeof given === "string" ? { url: given } : given;
    const url = new URL(options.url, options.baseURL);
    for (const [name, value] of Object.entries(options.qs ?? {})) url.searchParams.append(name, value);
    const headers = new Headers(options.headers);
    let { body } = options;
    const isPlain = body && typeof body === "object" && !ArrayBuffer.isView(body) && !(body instanceof URLSearchParams);
    if (isPlain) {
      body = JSON.stringify(body);
      if (!headers.has("content-type")) headers.set("content-type", "application/json");
    }
    if (options.json && !headers.has("accept")) headers.set("accept", "application/json");
    if (options.auth) headers.set("authorization", `Basic ${btoa(`${options.auth.username}:${options.auth.password}`)}`);
    const answer = await fetch(url, { method: options.method ?? "GET", headers, body,
      redirect: options.disableFollowRedirect ? "manual" : "follow",
      signal: options.timeout ? AbortSignal.timeout(options.timeout) : undefined });
    let data = options.encoding === "arraybuffer" ? Buffer.from(await answer.arrayBuffer()) : await answer.text();
    const isJSON = options.json || /[/+]json/.test(answer.headers.get("content-type") ?? "");
    if (isJSON && typeof data === "string" && !(options.encoding === "text")) {
      try {
        data = JSON.parse(data);
      } catch (error) {
        if (options.json) throw error;
      }
    }
    if (!answer.ok && !options.ignoreHttpStatusErrors) {
      throw Object.assign(new Error(`Request failed with status code ${answer.status}`),
        { httpCode: `${answer.status}`, statusCode: answer.status, response: { status: answer.status, body: data } });
    }
    if (!options.returnFullResponse) return data;
    return { body: data, headers: Object.fromEntries(answer.headers), statusCode: answer.status,
      statusMessage: answer.statusText };
  };
  const helpersFor = (items) => {
    const helpers = binaryHelpers(items);
    const isOnline = services.currentJob()?.proxy;
    for (const name of ["httpRequest", "request", "httpRequestWithAuthentication",
      "requestWithAuthentication",
      "requestWithAuthenticationPaginated", "copyBinaryFile", "createReadStream", "getBinaryStream",
      "writeContentToFile", "getSSHClient"]) {
      helpers[name] = async () => unavailable(`helpers.${name}`)();
    }
    if (isOnline) helpers.httpRequest = helpers.request = httpRequest;
    return helpers;
  };

  services.stepScope = ({ context, items, isEach, require }) => {
    let current = 0;
    const nodes = context.nodes ?? {};
    const itemsOf = (name) => {
      if (!Object.hasOwn(nodes, name)) {
        throw mistake("Referenced node doesn't exist or has not run",
          `'${name}'; this step was given: ${Object.keys(nodes).join(", ") || "none"}`);
      }
      return nodes[name];
    };
    const sourceIndex = (index) => {
      const paired = items[index]?.pairedItem;
      const first = Array.isArray(paired) ? paired[0] : paired;
      return typeof first === "number" ? first : first?.item ?? index;
    };
    const single = (list, index, what) => {
      if (list.length === 0) throw mistake("No execution data available", what);
      return list.at(index);
    };
    const nodeProxy = (name) => ({
      all: () => itemsOf(name), first: () => single(itemsOf(name), 0, `node '${name}' returned no items`),
      last: () => single(itemsOf(name), -1, `node '${name}' returned no items`),
      get item() {
        return itemsOf(name)[sourceIndex(current)]
          ?? (itemsOf(name).length === 1 ? itemsOf(name)[0] : undefined);
      },
      itemMatching: (index) => itemsOf(name)[sourceIndex(index)],
      pairedItem: (index = current) => itemsOf(name)[sourceIndex(index)],
      get isExecuted() { return Object.hasOwn(nodes, name); }, params: {}, context: {},
    });
    const legacyNode = (name) => {
      const item = () => itemsOf(name)[sourceIndex(current)] ?? itemsOf(name)[0];
      return { get json() { return item()?.json; }, get data() { return item()?.json; },
        get binary() { return item()?.binary; },
        context: {}, parameter: {}, runIndex: 0 };
    };
    const noArguments = (name, values) => {
      if (values.length) throw mistake(`$input.${name}() should have no arguments`);
    };
    const previous = { params: {}, context: {} };
    const $input = {
      all: () => items,
      first: (...values) => {
        noArguments("first", values);
        return single(items, 0, "the input has no items");
      },
      last: (...values) => {
        noArguments("last", values);
        return single(items, -1, "the input has no items");
      },
      get item() { return items[current]; }, itemMatching: (index) => items[index], ...previous,
    };
    Object.defineProperty($input, "item", { get: () => items[current], enumerable: true });

    const saved = {};
    const customData = { set: (key, value) => { saved[key] = `${value}`; },
      setAll: (pairs) => { for (const key of Object.keys(pairs)) saved[key] = `${pairs[key]}`; },
      get: (key) => saved[key], getAll: () => ({ ...saved }) };
    const statics = context.static ?? {};
    const staticData = (kind) => (statics[kind] ??= {});
    const zone = context.timezone ?? "UTC";
    const now = services.DateTime.now().setZone(zone);
    const scope = {
      $input, $: nodeProxy, $items: (name) => (name === undefined ? items : itemsOf(name)),
      $node: new Proxy({}, { get: (_, name) => (typeof name === "string" ? legacyNode(name) : undefined),
        has: (_, name) => Object.hasOwn(nodes, name), ownKeys: () => Object.keys(nodes),
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }),
      $item: (index) => ({ $json: items[index]?.json, $binary: items[index]?.binary, $itemIndex: index,
        $node: scope.$node }),
      $runIndex: 0, $mode: "manual",
      $prevNode: { name: context.previous ?? Object.keys(nodes).at(-1) ?? "", outputIndex: 0, runIndex: 0 },
      $parameter: {}, $rawParameter: {}, $self: {}, $nodeVersion: 2, $nodeId: "", $webhookId: undefined,
      $workflow: { id: "", name: "", active: true, ...context.workflow },
      $execution: { id: "", mode: "production", resumeUrl: "", resumeFormUrl: "", ...context.execution,
        customData },
      $vars: context.vars ?? {}, $env: {}, $secrets: {},
      $now: now, $today: now.startOf("day"), DateTime: services.DateTime, Duration: services.Duration,
      Interval: services.Interval,
      $getWorkflowStaticData: staticData, getWorkflowStaticData: staticData,
      $jmespath: unavailable("$jmespath"), $jmesPath: unavailable("$jmesPath"),
      $evaluateExpression: unavailable("$evaluateExpression"),
      $fromAI: unavailable("$fromAI"), $getPairedItem: (name, _, index = current) => itemsOf(name)[index],
      helpers: helpersFor(items), require, module: { exports: {} }, exports: {},
    };
    if (!isEach) scope.items = items;
    for (const name of Object.keys(scope)) {
      Object.defineProperty(globalThis, name, { value: scope[name], writable: true, configurable: true });
    }
    const set = (name, value) => Object.defineProperty(globalThis, name,
      { value, writable: true, configurable: true });
    return {
      select: (index) => {
        current = index;
        const item = items[index];
        set("$json", item?.json);
        set("$data", item?.json);
        set("$binary", item?.binary);
        set("$itemIndex", index);
        if (isEach) set("item", item);
      },
      remove: () => {
        for (const name of [...Object.keys(scope), "$json", "$data", "$binary", "$itemIndex",
          "item"]) delete globalThis[name];
      },
    };
  };
})
