// Leaves marks in what is one for all code of an engine: its process, modules, buffers and settings.
function main() {
  const found = [];
  const places = {
    process: () => process, environment: () => process.env, buffers: () => Buffer.prototype,
    files: () => require("fs"), cache: () => require.cache ?? require("module")._cache,
    loaders: () => require("module")._extensions, errors: () => Error,
  };
  for (const [name, place] of Object.entries(places)) {
    try {
      const object = place();
      if (object.sluiceMark) found.push(name);
      object.sluiceMark = "left";
    } catch {}
  }
  try {
    if (process.title === "sluice mark") found.push("title");
    process.title = "sluice mark";
  } catch {}
  return found;
}
