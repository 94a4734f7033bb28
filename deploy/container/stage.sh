#!/bin/sh
# Lays out the image's root file system: stage.sh EXECUTABLE DIRECTORY. The C library is this machine's, so the
# executable has to be this machine's kind: Linux with glibc.
set -eu

executable=$1
root=$2
project=$(cd "$(dirname "$0")/../.." && pwd)

rm -rf "$root"
# Engines mount over the first three, and cannot make them where the root file system is read-only.
mkdir -p "$root/dev" "$root/proc" "$root/sys"
mkdir -p "$root/etc/ssl/certs" "$root/tmp" "$root/data" "$root/usr/share/doc/tokenharbor"
cp -- "$executable" "$root/tokenharbor"
chmod 755 "$root/tokenharbor"
cp -- "$project/LICENSE" "$root/usr/share/doc/tokenharbor/"

# copy FILE: to the same place, what links point to in place of the links.
copy() {
  mkdir -p "$root$(dirname "$1")"
  cp -L -- "$1" "$root$1"
}

ldd "$executable" | grep -o '/[^ ]*' | while read -r library; do copy "$library"; done
# Loaded when a name is looked up; glibc does not list them.
directory=$(dirname "$(ldd "$executable" | grep -o '/[^ ]*/libc\.so\.6')")
for name in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
  if [ -e "$directory/$name" ]; then copy "$directory/$name"; fi
done

# Bun has certificates of its own; NODE_EXTRA_CA_CERTS can name this file, or one that is mounted.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then copy /etc/ssl/certs/ca-certificates.crt; fi
printf 'root:x:0:0::/:/nonexistent\ntokenharbor:x:65532:65532::/data:/nonexistent\n' >"$root/etc/passwd"
printf 'root:x:0:\ntokenharbor:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"

# A volume takes over the owner and the mode of the directory it is mounted on.
chown 65532:65532 "$root/data"
chmod 700 "$root/data"
chmod 1777 "$root/tmp"
find "$root" -type d ! -name data ! -name tmp -exec chmod 755 {} +
find "$root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
