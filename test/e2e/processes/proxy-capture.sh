#!/usr/bin/env bash
# Shows one leak of the leaky proxy at every age: 40 clients wait, the service is killed, the clients leave by FIN.
# Prints what /proc, ss, lsof and fdleak say of the proxy before, and 0, 60 and 75 s after the clients left.
#
#   npm run build && test/e2e/processes/proxy-capture.sh > /tmp/leak.txt
#
# Takes 90 s. Needs lsof and ss; run as the user that runs the proxy. Loopback only, ports of the kernel's choosing.
set -euo pipefail
cd "$(dirname "$0")/../../.."

program=${FDLEAK_PROGRAM:-bin/fdleak.js}
work=$(mktemp -d)
trap 'disown -a; kill -KILL ${service:-} ${proxy:-} 2>/dev/null || true; rm -rf "$work"' EXIT

# Starts a party in the background and waits for its line `ready {...}`; sets $pid.
start() {
  local out=$work/$1
  shift
  node "$program" proxy "$@" >"$out" 2>>"$work/log" &
  pid=$!
  for _ in $(seq 100); do
    grep -qs '^ready' "$out" && return
    sleep 0.1
  done
  echo "not ready within 10 s: $*" >&2
  exit 1
}
field() { sed -n "s/^ready .*\"$2\":\([0-9]*\).*/\1/p" "$work/$1"; }

look() {
  echo
  echo "=== $1"
  echo "--- /proc/PID/fd: descriptors, and sockets among them"
  ls "/proc/$proxy/fd" | wc -l
  ls -l "/proc/$proxy/fd" | grep -c socket:
  echo "--- ss -tan, connections of SrvPort $srv by state"
  ss -Htan "( sport = :$srv or dport = :$srv )" | awk '{ n[$1]++ } END { for (s in n) print n[s], s }' | sort
  echo "--- /proc/PID/net/tcp: one row of an accepted connection"
  awk -v port="$(printf ':%04X' "$srv")" '$2 ~ port && $4 != "0A" && !n++' "/proc/$proxy/net/tcp"
  echo "--- lsof -nP -a -p PID -d 0-9999: sockets by what lsof calls them"
  lsof -nP -a -p "$proxy" -d 0-9999 | awk 'NR > 1 && ($5 == "sock" || $5 ~ /^IPv/) { print $5 == "sock" ? "sock, " $(NF-1) " " $NF : $5 " " $NF }' |
    sed 's/[^ ]*:[0-9]*->[^ ]*//' | sort | uniq -c
  lsof -nP -a -p "$proxy" -d 0-9999 | awk '$5 == "sock" && n++ < 2'
  echo "--- fdleak inspect PID: the answer, and its sockets by verdict"
  node "$program" inspect "$proxy" | sed -n '1p; /^Sockets/,/^$/p' || true
  echo "--- status port"
  curl -s "http://127.0.0.1:$status"
}

# With 25 s a probe falls at 75 s. The 15 s of the default also probe at 60 s, just when the clients' FIN_WAIT2 ends: whether
# that probe comes before or after, and the RST at 60 s or at 75 s, is then a race between two timers.
start p --leaky --keepalive 25s && proxy=$pid
control=$(field p controlPort) status=$(field p statusPort)
start s service --proxy "127.0.0.1:$control" --retry 1h && service=$pid
srv=$(field s srvPort)
look "before: a proxy, a service, no client"

kill -STOP "$service"
node "$program" proxy client --to "127.0.0.1:$srv" --count 40 --hold 1s --client-exit fin >"$work/c"
left=$SECONDS
disown "$service"
kill -KILL "$service"
sleep 0.5
look "t = 0 s: the service is dead, 40 clients have left"
sleep $((65 - (SECONDS - left)))
look "t = 60 s and 5: the clients' kernel has forgotten them"
sleep $((80 - (SECONDS - left)))
look "t = 75 s and 5: a keepalive probe was answered with RST"
echo
echo "=== the proxy's whole log"
cat "$work/log"
