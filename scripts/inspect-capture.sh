#!/usr/bin/env bash
# Inspects a captured process, one of fixtures/gshell, as if it ran: its files lie over /proc/<pid> of a sleeping process with its number.
#
#   unshare --mount --pid --fork --mount-proc scripts/inspect-capture.sh <checkout> <capture>
#
# Needs root. Prints the JSON of `fdleak inspect --sources proc`.
set -euo pipefail
checkout=$1 capture=$2
pid=$(sed -n 's/^Tgid:\t//p' "$capture/status.txt")

echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
sleep 600 &
[ $! = "$pid" ] || { echo "process $pid of the capture is $! here" >&2; exit 1; }

process=$(mktemp -d)
trap 'umount "/proc/$pid"; rm -rf "$process"' EXIT
mkdir "$process"/{fd,fdinfo,net,ns,task}
# Not captured: what the sleeping process says of itself.
for name in stat comm cmdline cgroup statm; do cat "/proc/$pid/$name" >"$process/$name"; done
cp "$capture/limits.txt" "$process/limits"
cp "$capture/status.txt" "$process/status"
for table in tcp tcp6 unix; do cp "$capture/proc-net-$table.txt" "$process/net/$table"; done
sed -nE 's/^[-a-z]{10} .* ([0-9]+) -> (.*)$/\1\t\2/p' "$capture/proc-fd.txt" |
  while IFS=$'\t' read -r fd link; do ln -s "$link" "$process/fd/$fd"; done
awk -v folder="$process/fdinfo" '/^== /{ path = folder "/" $2; next } { print >path }' "$capture/proc-fdinfo.txt"
ln -s .. "$process/task/$pid"
ln -s 'net:[4026530000]' "$process/ns/net"
ln -s / "$process/root"
mount --bind "$process" "/proc/$pid"

# What it found is its exit status: 1 is an answer.
FDLEAK_BPF=0 node "$checkout/bin/fdleak.js" inspect "$pid" --sources proc --json || [ $? = 1 ]
