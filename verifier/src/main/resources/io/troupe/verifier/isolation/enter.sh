# Makes the world that a sandboxed command sees, and goes into it. Runs as the first process of its own mount, process, network and IPC
# namespaces, as their root, and leaves nothing behind: with the last process the namespaces and all that is mounted here are gone.
#
#   $1 an empty folder to build in   $2 the size of the writable folder   $3 "-" or the options of setpriv that give up the user
#   $4 how many folders follow that may be read; then these; then the command
set -e
root=$1 size=$2 identity=$3 count=$4
shift 4
[ "$identity" != - ] || identity=

mount -t tmpfs -o mode=755,nosuid,nodev,size=1m sandbox "$root"

# one folder of the system, with what is mounted below it, to be read only
show() {
  if [ -L "$1" ]; then
    mkdir -p "$root${1%/*}"
    cp -P "$1" "$root$1"
  elif [ -d "$1" ]; then
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    mount -o remount,bind,ro,nosuid,nodev "$root$1"
  fi
}
mkdir "$root/dev" "$root/etc" "$root/tmp"
for device in null zero urandom; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
if [ -e /etc/ld.so.cache ]; then
  : >"$root/etc/ld.so.cache"
  mount --bind /etc/ld.so.cache "$root/etc/ld.so.cache"
  mount -o remount,bind,ro "$root/etc/ld.so.cache"
fi
mount -t tmpfs -o mode=1777,nosuid,nodev,size="$size" work "$root/tmp"

for folder in /usr /bin /sbin /lib /lib32 /lib64; do show "$folder"; done
while [ "$count" -gt 0 ]; do
  show "$1"
  shift
  count=$((count - 1))
done
mount -o remount,bind,ro,nosuid,nodev "$root"

cd "$root/tmp"
# shellcheck disable=SC2086 # the identity is several words
exec chroot "$root" /usr/bin/env -i -C /tmp PATH=/usr/bin:/bin HOME=/tmp TMPDIR=/tmp LANG=C.UTF-8 \
  setpriv $identity --inh-caps=-all --bounding-set=-all --no-new-privs "$@"
