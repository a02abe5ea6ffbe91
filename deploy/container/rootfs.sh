#!/bin/sh
# Puts the single file and what it is linked with into a folder: the root of the image.
#
#     deploy/container/rootfs.sh FOLDER [dist-bin/fdleak-linux-x64]
#
set -eu
root=${1:?folder}
binary=${2:-dist-bin/fdleak-linux-x64}
mkdir -p "$root"
cp "$binary" "$root/fdleak"
# `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, and the loader, `/lib64/ld-linux-x86-64.so.2 (0x…)`.
ldd "$binary" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | while read -r file; do
  mkdir -p "$root$(dirname "$file")"
  cp -L "$file" "$root$file"
done
# Where /proc is mounted.
mkdir -p "$root/proc"
