#!/bin/sh
# Builds the image with buildah: build.sh EXECUTABLE IMAGE VERSION REVISION. Needs no network. Root, or a user with
# subordinate ids (then it goes on under `buildah unshare`, in which files can be given to the image's user).
set -eu

if [ "$(id -u)" != 0 ]; then exec buildah unshare "$0" "$@"; fi

here=$(cd "$(dirname "$0")" && pwd)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}
export SOURCE_DATE_EPOCH
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
trap 'exit 1' HUP INT TERM
"$here/stage.sh" "$1" "$context/root"
# Docker's format: OCI's has no health check. `--isolation` and the storage driver (STORAGE_DRIVER) are for machines
# that are containers themselves.
buildah build --quiet --format docker --isolation chroot --timestamp "$SOURCE_DATE_EPOCH" \
  --build-arg "VERSION=$3" --build-arg "REVISION=$4" --tag "$2" --file "$here/Containerfile" "$context"
