#!/bin/sh
# Makes dist-bin/fdleak_<version>_amd64.deb of what `make install` puts into a folder. Needs dpkg-deb, make and gzip.
#
#     npm run build:binary && deploy/debian/build.sh
#
# DEBFULLNAME and DEBEMAIL name who builds it, DPKG_DEB_COMPRESSOR_TYPE=none saves time. Two builds of one binary are the same, byte for byte.
set -eu
cd "$(dirname "$0")/../.."
here=deploy/debian
binary=${BINARY:-dist-bin/fdleak-linux-x64}
architecture=${ARCHITECTURE:-amd64}
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
maintainer="${DEBFULLNAME:-fdleak packagers} <${DEBEMAIL:-fdleak@packages.example.org}>"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1767225600}
export SOURCE_DATE_EPOCH
umask 022

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
make -s install DESTDIR="$root" PREFIX=/usr BINARY="$binary"
# Where Debian keeps units and what zsh reads of packages.
mkdir -p "$root/lib/systemd" "$root/usr/share/zsh/vendor-completions" "$root/usr/share/doc/fdleak" "$root/usr/share/lintian/overrides" "$root/DEBIAN"
mv "$root/usr/lib/systemd/system" "$root/lib/systemd/system"
mv "$root/usr/share/zsh/site-functions/_fdleak" "$root/usr/share/zsh/vendor-completions/_fdleak"
rmdir "$root/usr/lib/systemd" "$root/usr/lib" "$root/usr/share/zsh/site-functions"

doc=$root/usr/share/doc/fdleak
cp "$here/copyright" "$doc/copyright"
cp dist-bin/fdleak.cdx.json "$doc/"
gzip -9n < dist-bin/THIRD-PARTY.md > "$doc/THIRD-PARTY.md.gz"
gzip -9n < CHANGELOG.md > "$doc/CHANGELOG.md.gz"
printf 'fdleak (%s) unstable; urgency=medium\n\n  * Built from the clone by deploy/debian/build.sh.\n\n -- %s  %s\n' \
  "$version" "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n > "$doc/changelog.gz"
gzip -9n "$root"/usr/share/man/man1/*.1
cp "$here/lintian-overrides" "$root/usr/share/lintian/overrides/fdleak"
find "$root" -type f ! -path "$root/usr/bin/*" -exec chmod 644 {} +

sed -e "s/@version@/$version/" -e "s/@architecture@/$architecture/" -e "s/@maintainer@/$maintainer/" \
  -e "s/@size@/$(du -sk --exclude=DEBIAN "$root" | cut -f1)/" "$here/control" > "$root/DEBIAN/control"
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\n' | LC_ALL=C sort | xargs md5sum > DEBIAN/md5sums)
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group --build "$root" "dist-bin/fdleak_${version}_$architecture.deb"
