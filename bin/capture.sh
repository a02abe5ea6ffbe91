#!/bin/sh
# Captures what fdleak reads of one process, on a machine without Node:
#
#     sh capture.sh PID [FILE.tar.gz]     (- writes to standard output)
#
# Needs a POSIX shell, tar and the usual tools; busybox is enough. Asks for nothing, changes nothing in the process, and
# writes nothing but the archive. The environment is not read; values of secret-like options are masked; of the socket
# tables only the rows of the process are kept. Look at it with: fdleak inspect --from FILE.tar.gz
set -u
umask 077
LC_ALL=C
export LC_ALL

fail() {
  printf 'capture: %s\n' "$1" >&2
  exit "${2:-3}"
}

pid=${1:-}
case $pid in
  '' | *[!0-9]*) fail 'usage: sh capture.sh PID [FILE.tar.gz]' 2 ;;
esac
out=${2:-fdleak-$pid.tar.gz}
proc=/proc/$pid
[ -d "$proc" ] || fail "no process $pid"
if [ "$out" != - ] && { [ -e "$out" ] || [ -L "$out" ]; }; then
  fail "$out exists: name another file"
fi

work=$(mktemp -d) || fail 'no temporary folder'
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
into=$work/capture/proc/$pid
mkdir -p "$into/net" "$into/fdinfo" "$into/task" || fail 'no room for a capture'

# A file of /proc that may vanish or be denied: what cannot be read is left out.
keep() {
  cat "$proc/$1" >"$into/$1" 2>/dev/null || rm -f "$into/$1"
}

# Secrets: the value after an option that sounds like one, after = as well, and what stands before @ in a URL.
mask() {
  awk '
    function secret(word) { return tolower(word) ~ /pass|secret|token|api[-_]?key|auth|credential|private[-_]?key|access[-_]?key|cookie|session|signature/ }
    {
      word = $0
      if (next_is_secret) { print "***"; next_is_secret = 0; next }
      at = index(word, "=")
      if (at > 1 && secret(substr(word, 1, at - 1))) word = substr(word, 1, at) "***"
      else if (NR > 1 && word ~ /^-/ && at == 0 && (secret(word) || word == "-p" || word == "-P" || word == "-u")) next_is_secret = 1
      else if (NR > 1 && word ~ /^-p[^-]/) word = "-p***"
      gsub(/:\/\/[^\/@ ]*@/, "://***@", word)
      print word
    }'
}

printf '/proc/%s/fd:\n' "$pid" >"$into/fd.txt"
ls -l "$proc/fd" >>"$into/fd.txt" 2>>"$into/fd.txt"
for name in limits status stat; do keep "$name"; done
tr '\000' '\n' <"$proc/cmdline" 2>/dev/null | mask | tr '\n' '\000' >"$into/cmdline"

# The inodes of its sockets, one a line.
sed -n 's/.*socket:\[\([0-9]*\)\].*/\1/p' "$into/fd.txt" >"$work/inodes"
for table in tcp tcp6 udp udp6 udplite udplite6 raw raw6 icmp icmp6 unix netlink packet; do
  [ -r "$proc/net/$table" ] || continue
  awk 'NR == FNR { own[$1] = 1; next }
       FNR == 1 { print; next }
       { for (field = 1; field <= NF; field++) if ($field in own) { print; next } }' \
    "$work/inodes" "$proc/net/$table" >"$into/net/$table" 2>/dev/null || rm -f "$into/net/$table"
  # awk takes an empty list of inodes for the table itself.
  [ -s "$work/inodes" ] || sed -n 1p "$proc/net/$table" >"$into/net/$table" 2>/dev/null
done

keep net/protocols

count=0
for path in "$proc"/fdinfo/*; do
  count=$((count + 1))
  [ "$count" -le 20000 ] || break
  keep "fdinfo/${path##*/}"
done
# What the numbers of calls mean is told by the program.
od -An -v -tx1 -N20 "$proc/exe" >"$into/exe-head.txt" 2>/dev/null || rm -f "$into/exe-head.txt"

count=0
for path in "$proc"/task/*; do
  count=$((count + 1))
  [ "$count" -le 2000 ] || break
  thread=${path##*/}
  mkdir -p "$into/task/$thread"
  keep "task/$thread/syscall"
done

# Programs that may not be there. busybox lsof lists every process, so only the real one is asked.
if lsof -v 2>&1 | grep -q revision; then
  lsof -nP -w -p "$pid" >"$work/capture/lsof.txt" 2>/dev/null
fi
if command -v ss >/dev/null 2>&1; then
  ss -tanpe 2>/dev/null | awk -v own="pid=$pid," 'NR == 1 || index($0, own)' >"$work/capture/ss.txt"
fi
printf 'capture: %s files of process %s: its descriptors, limits, status, command line (secrets masked), its rows of the socket tables\n' \
  "$(find "$work/capture" -type f | wc -l | tr -d ' ')" "$pid" >&2
if [ "$out" = - ]; then
  tar -C "$work" -czf - capture || fail 'tar failed'
else
  # noclobber: a file that appeared meanwhile is not replaced, and no link is followed.
  set -C
  tar -C "$work" -czf - capture >"$out" || fail "cannot write $out"
  printf 'capture: wrote %s\n' "$out" >&2
fi
