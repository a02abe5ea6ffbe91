#!/usr/bin/env bash
# Turns the inputs of the action (INPUT_*) into one call of `fdleak assert`.
set -euo pipefail

refuse() {
  echo "::error title=fdleak::$1" >&2
  exit 2
}

args=()
# `--option=value`: a value that begins with a dash stays a value.
add() {
  if [ -n "$2" ]; then args+=("$1=$2"); fi
}

add --budget "${INPUT_BUDGET:-}"
add --max-open "${INPUT_MAX_OPEN:-}"
add --exercise "${INPUT_EXERCISE:-}"
add --settle "${INPUT_SETTLE:-}"
add --ready "${INPUT_READY:-}"
add --junit "${INPUT_JUNIT:-}"
while IFS= read -r max; do
  add --max "$max"
done <<<"${INPUT_MAX:-}"

if [ -n "${INPUT_PID:-}" ]; then
  [[ $INPUT_PID =~ ^[0-9]+$ ]] || refuse 'pid must be a number'
  args+=("$INPUT_PID")
elif [ -n "${INPUT_COMMAND:-}" ]; then
  args+=(-- sh -c "$INPUT_COMMAND")
else
  refuse 'give the action a pid or a command'
fi

# What runs is this checkout, with its dependencies as the lock file has them (by integrity), or the tarball that was given: never a
# name that a registry resolves.
if [ -n "${INPUT_PACKAGE:-}" ]; then
  [ -f "$INPUT_PACKAGE" ] || refuse 'package must be the path of a tarball of fdleak'
  home=$(mktemp -d)
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$home" "$(realpath "$INPUT_PACKAGE")" >&2
  bin=$home/node_modules/fdleak/bin/fdleak.js
else
  home=$(cd "${ACTION_PATH:?}/.." && pwd)
  if [ ! -f "$home/dist/bin/main.cjs" ]; then
    (cd "$home" && npm ci --silent --no-audit --no-fund --ignore-scripts && npm run --silent build) >&2
  fi
  bin=$home/bin/fdleak.js
fi

exec node "$bin" assert "${args[@]}"
