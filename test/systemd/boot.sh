#!/bin/bash
# Boots the machine's own systemd as the first process of namespaces of its own: no mount, process, network interface or
# control group of it is the machine's. Usage: boot.sh PROGRAM, with the program to be found as /usr/bin/tokenharbor.
# Prints the process id once it is about to start; ends it when its standard input ends. Exit code 77: not possible here.
set -eu

skip() {
    echo "$1" >&2
    exit 77
}
if [ "${2:-}" != inside ]; then
    [ "$(id -u)" = 0 ] || skip 'this needs root'
    [ -x /lib/systemd/systemd ] || skip 'there is no systemd'
    groups=$(findmnt --noheadings --first-only --types cgroup2 --output TARGET) || skip 'there is no cgroup2 file system'
    unshare --mount --pid --fork --cgroup --uts --ipc --net --mount-proc true 2>/dev/null || skip 'no namespaces can be made'
    group=$groups/tokenharbor-test-$$
    mkdir "$group" || skip 'no control group can be made'
    trap 'find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true' EXIT
    # The shell is put into the group first: its control groups are then below that one.
    bash -c 'echo $$ > "$1/cgroup.procs"; exec unshare --mount --propagation private --pid --fork --kill-child \
        --cgroup --uts --ipc --net --mount-proc "$0" "$2" inside' "$0" "$group" "$1" < /dev/null &
    echo "$!"
    cat > /dev/null
    kill -KILL "$!"
    wait "$!" 2> /dev/null || true
    # The kernel empties the group a moment after the last process.
    for _ in $(seq 50); do
        grep -q 'populated 0' "$group/cgroup.events" && break
        sleep 0.1
    done
    exit 0
fi

umount --recursive --lazy /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs tmpfs /run
# What is written there is gone with the namespaces.
for path in /etc /usr /var; do
    mkdir -p "/run/over$path/upper" "/run/over$path/work"
    mount -t overlay overlay -o "lowerdir=$path,upperdir=/run/over$path/upper,workdir=/run/over$path/work" "$path"
done
# None of the machine's own units, and nothing that would make some.
for path in /lib/systemd/system /lib/systemd/system-generators /etc/systemd/system /var/lib; do
    mount -t tmpfs tmpfs "$path"
done
for target in basic sysinit shutdown network-online multi-user; do
    printf '[Unit]\nDefaultDependencies=no\n' > "/lib/systemd/system/$target.target"
done
mkdir -p /run/systemd /run/lock /var/lib
cp "$1" /usr/bin/tokenharbor
mount --make-rshared /
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=test /lib/systemd/systemd --system --unit=multi-user.target \
    --log-target=null --show-status=no
