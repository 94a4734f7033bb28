#!/bin/sh
# Installs Token Harbor from a release: from its directory, or from wherever TOKENHARBOR_URL says that a release lies.
#
#   sh install.sh                                                from the directory this file is in
#   TOKENHARBOR_URL=https://.../v0.1.0 sh install.sh             from a server
#   PREFIX=/usr/local sh install.sh                              where to; $HOME/.local by default
#   TARGET=linux_x64_musl sh install.sh                          another target than this machine's
#   SIGNED_BY=/path/to/key.pub sh install.sh                     only what the owner of this key has signed
#
# Nothing is installed unless the archive is the one that SHA256SUMS names. Have SHA256SUMS from somewhere you trust:
# SHA256SUMS=/path/to/it takes it from there in place of from beside the archive. Or have the public key of who makes the
# releases: with SIGNED_BY, SHA256SUMS.sig (beside it) has to be that key's signature. That takes ssh-keygen (OpenSSH 8.1).
set -eu

PREFIX=${PREFIX:-${HOME:?}/.local}
TOKENHARBOR_URL=${TOKENHARBOR_URL:-}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

target() {
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=macos ;;
    *) fail "there is no archive for $(uname -s) here; see README.md" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) cpu=x64 ;;
    aarch64 | arm64) cpu=arm64 ;;
    *) fail "there is no archive for $(uname -m)" ;;
  esac
  libc=
  if [ "$os" = linux ] && [ -n "$(find /lib -maxdepth 1 -name 'ld-musl-*' 2>/dev/null)" ]; then
    # Both may be installed; the one that answers is the system's.
    if ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then libc=_musl; fi
  fi
  printf '%s_%s%s\n' "$os" "$cpu" "$libc"
}

# fetch NAME: puts a file of the release into the working directory.
fetch() {
  if [ -z "$TOKENHARBOR_URL" ]; then
    cp -- "$here/$1" "$work/$1" || fail "there is no $1 beside install.sh; say where the release lies with TOKENHARBOR_URL"
  elif command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --output "$work/$1" "$TOKENHARBOR_URL/$1" || fail "cannot fetch $TOKENHARBOR_URL/$1"
  elif command -v wget >/dev/null 2>&1; then
    wget -q -O "$work/$1" "$TOKENHARBOR_URL/$1" || fail "cannot fetch $TOKENHARBOR_URL/$1"
  else
    fail 'needs curl or wget'
  fi
}

sum() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1"
  elif command -v shasum >/dev/null 2>&1; then
    shasum -a 256 "$1"
  else
    fail 'needs sha256sum or shasum'
  fi | cut -d ' ' -f 1
}

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

TARGET=${TARGET:-$(target)}
if [ -n "${SHA256SUMS:-}" ]; then
  cp -- "$SHA256SUMS" "$work/SHA256SUMS" || fail "cannot read $SHA256SUMS"
else
  fetch SHA256SUMS
fi
if [ -n "${SIGNED_BY:-}" ]; then
  command -v ssh-keygen >/dev/null 2>&1 || fail 'needs ssh-keygen to check the signature'
  [ -r "$SIGNED_BY" ] || fail "cannot read $SIGNED_BY"
  if [ -n "${SHA256SUMS:-}" ]; then
    cp -- "$SHA256SUMS.sig" "$work/SHA256SUMS.sig" || fail "cannot read $SHA256SUMS.sig"
  else
    fetch SHA256SUMS.sig
  fi
  printf 'tokenharbor namespaces="tokenharbor-release" %s\n' "$(cat -- "$SIGNED_BY")" >"$work/signers"
  ssh-keygen -Y verify -f "$work/signers" -I tokenharbor -n tokenharbor-release -s "$work/SHA256SUMS.sig" \
    <"$work/SHA256SUMS" >/dev/null 2>&1 || fail "SHA256SUMS is not signed by $SIGNED_BY; nothing was installed"
fi
line=$(grep -E "^[0-9a-f]{64}  tokenharbor_[^_]+_$TARGET\.tar\.gz\$" "$work/SHA256SUMS" | head -n 1) || true
[ -n "$line" ] || fail "SHA256SUMS names no archive for $TARGET"
expected=${line%% *}
archive=${line##* }

fetch "$archive"
[ "$(sum "$work/$archive")" = "$expected" ] || fail "$archive is not the file that SHA256SUMS names; nothing was installed"
tar -xzf "$work/$archive" -C "$work"
folder=$work/${archive%.tar.gz}

# A compiled program has no maker's signature; where macOS asks for one, its own tool gives it one of this machine.
if [ "$(uname -s)" = Darwin ] && command -v codesign >/dev/null 2>&1; then
  codesign --force --sign - "$folder/tokenharbor"
fi

place() {
  if [ -e "$folder/$2" ]; then
    mkdir -p "$PREFIX/$(dirname "$3")"
    # A running program's file cannot be written to, but it can be replaced.
    cp -- "$folder/$2" "$PREFIX/$3.new" && chmod "$1" "$PREFIX/$3.new" && mv -f -- "$PREFIX/$3.new" "$PREFIX/$3"
  fi
}
place 644 man/tokenharbor.1 share/man/man1/tokenharbor.1
place 644 completions/tokenharbor.bash share/bash-completion/completions/tokenharbor
place 644 completions/_tokenharbor share/zsh/site-functions/_tokenharbor
place 644 completions/tokenharbor.fish share/fish/vendor_completions.d/tokenharbor.fish
place 755 tokenharbor bin/tokenharbor
printf 'installed %s\n' "$("$PREFIX/bin/tokenharbor" version)"
case :$PATH: in
  *:"$PREFIX/bin":*) ;;
  *) printf 'your shell does not find it yet: export PATH="%s:$PATH"\n' "$PREFIX/bin" ;;
esac
