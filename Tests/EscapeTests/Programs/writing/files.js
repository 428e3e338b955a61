// Writes files by the modules that a runtime has for it.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    file: () => {
      require("fs").writeFileSync("/tmp/sluice-escape-js", "x");
      require("fs").unlinkSync("/tmp/sluice-escape-js");
      return true;
    },
    folder: () => {
      require("fs").mkdirSync("/tmp/sluice-escape-js-folder");
      require("fs").rmdirSync("/tmp/sluice-escape-js-folder");
      return true;
    },
    temporary: () => {
      const path = require("fs").mkdtempSync("/tmp/sluice-escape-");
      require("fs").rmdirSync(path);
      return path;
    },
  });
}
