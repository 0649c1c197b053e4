#!/usr/bin/env bash
# Builds mediasoup's worker from the source in its npm package, against the system's libraries.
# usage: build.sh MEDIASOUP_PACKAGE BUILD_DIR     leaves BUILD_DIR/worker/out/mediasoup-worker
set -euo pipefail

recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=$(cd "$1" && pwd)
build=$2

# replace_once FILE FROM TO: fails when FROM is not there exactly once, so that a new release is noticed.
replace_once() {
  local file=$1 from=$2 to=$3 count text
  count=$(grep -cF -- "$from" "$file" || true)
  if [ "$count" != 1 ]; then
    echo "build.sh: expected one line with [$from] in $file, found $count: adapt the recipe to this release" >&2
    return 1
  fi
  text=$(<"$file")
  printf '%s\n' "${text/"$from"/"$to"}" >"$file"
}

mkdir -p "$build"
cp -r "$package/worker" "$build/worker"
cd "$build/worker"
rm -rf out subprojects
cp -r "$recipe/subprojects" subprojects

# 1.0.1 is what Debian 12 has, and it is enough.
replace_once meson.build "meson_version: '>= 1.1.0'" "meson_version: '>= 1.0.0'"

# BIO_CB_RETURN is a flag within the operation, never the operation itself. Compared as a whole, the callback
# answers 1 to BIO_ctrl() queries too; an OpenSSL with kTLS, such as Debian's, takes that for "the kernel
# encrypts" and crashes at the first DTLS handshake.
replace_once src/RTC/DtlsTransport.cpp \
  '(operationType == BIO_CB_RETURN)' '(operationType & BIO_CB_RETURN)'

# The default bandwidth estimator stays: ms_use_builtin_bwe is a stub in 3.27 (video falls to 30 kbit/s).
meson setup out --wrap-mode=nodownload --buildtype=release -Db_ndebug=true

# One run of flatc writes every header, but libwebrtc's objects do not wait for it: they would find some missing.
ninja -C out fbs/FBS/transport.h
ninja -C out mediasoup-worker
