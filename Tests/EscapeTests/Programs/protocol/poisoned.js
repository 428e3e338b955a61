// Breaks everything the runner could use after main, then returns an honest value.
function main() {
  const broken = () => { throw new Error("poisoned"); };
  JSON.stringify = () => '{"forged":true}';
  JSON.parse = broken;
  Object.keys = broken;
  Object.prototype.toJSON = () => "forged";
  Array.prototype.push = broken;
  Array.prototype.map = broken;
  Array.prototype.join = () => "forged";
  Array.prototype[Symbol.iterator] = broken;
  String.prototype.replace = broken;
  String.prototype.split = broken;
  Promise.prototype.then = broken;
  Map.prototype.get = broken;
  Map.prototype.set = broken;
  WeakSet.prototype.has = broken;
  Set.prototype.has = broken;
  Function.prototype.call = broken;
  Function.prototype.apply = broken;
  Reflect.apply = broken;
  Number.isFinite = () => true;
  Array.isArray = () => false;
  console.log = broken;
  delete Object.prototype.toJSON;
  return {honest: [1, 2, {three: "drei"}]};
}
