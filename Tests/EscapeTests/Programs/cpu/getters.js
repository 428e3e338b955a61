// Gives a result whose parts are made while it is read, without an end.
function main() {
  const end = Date.now() + 1500;
  const part = () => new Proxy([1], {get: (target, name) => {
    while (Date.now() < end);
    return Reflect.get(target, name);
  }});
  return [part()];
}
