#!/usr/bin/env bash
# Turns the inputs of the action (INPUT_*) into one call of `fdleak assert`.
set -euo pipefail

args=()
add() {
  if [ -n "$2" ]; then args+=("$1" "$2"); fi
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
  args+=("$INPUT_PID")
elif [ -n "${INPUT_COMMAND:-}" ]; then
  args+=(-- sh -c "$INPUT_COMMAND")
else
  echo '::error title=fdleak::give the action a pid or a command' >&2
  exit 2
fi

exec npx --yes --package="${INPUT_PACKAGE:-fdleak}" -- fdleak assert "${args[@]}"
