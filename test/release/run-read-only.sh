#!/bin/sh
# What a container engine does, with no engine: run-read-only.sh ROOT USER SCRIPT. Runs SCRIPT in namespaces of its own
# (mounts, processes, network), in which ROOT is read-only but for /data and /tmp. In SCRIPT, `inside COMMAND...` runs a
# command with ROOT as its root, as USER (UID:GID), with no capability, and with the environment this script has;
# `enter COMMAND... &` does so in the background. Any other command is this machine's. Needs root.
set -eu
# shellcheck disable=SC2016 # expanded within
exec unshare --mount --pid --net --ipc --uts --fork --kill-child sh -euc '
  root=$1 user=$2
  mount --bind "$root" "$root"
  mount -o remount,bind,ro "$root"
  mount -t proc proc "$root/proc"
  mount -t proc proc /proc
  mount --rbind /dev "$root/dev"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount -t tmpfs -o "mode=700,uid=${user%:*},gid=${user#*:}" tmpfs "$root/data"
  ip link set lo up
  enter() {
    exec setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid \
      chroot --userspec="$user" --groups= "$root" "$@"
  }
  inside() { (enter "$@"); }
  eval "$3"
' sh "$@"
