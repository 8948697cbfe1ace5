#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds all fuzz targets as OSS-Fuzz and ClusterFuzzLite want them, with the variables that they
# set: CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE, WORK and OUT. OUT gets each target with its
# corpus and dictionary, and in lib/ the libraries that the machine that runs them may not have.
here=$(cd "$(dirname "$0")" && pwd)
fuzz=$(dirname "$here")
build=$WORK/vsockdump

# RPATH and not RUNPATH: the libraries find each other by it too.
# shellcheck disable=SC2016 # the linker gets $ORIGIN
cmake -S "$fuzz/../.." -B "$build" -DCMAKE_BUILD_TYPE=None -DVSOCKDUMP_FUZZERS=ON \
	-DVSOCKDUMP_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" \
	-DCMAKE_EXE_LINKER_FLAGS=-Wl,--disable-new-dtags -DCMAKE_BUILD_RPATH='$ORIGIN/lib'
cmake --build "$build" -j "$(nproc)" --target fuzz-targets

mkdir -p "$OUT/lib" "$WORK/corpora"
"$fuzz/make-dictionaries" "$OUT"
for source in "$fuzz"/fuzz-*.c; do
	program=$(basename "$source" .c)
	target=${program#fuzz-}
	corpus=$WORK/corpora/$target

	cp "$build/tests/fuzz/$program" "$OUT"
	[ ! -e "$OUT/$target.dict" ] || mv "$OUT/$target.dict" "$OUT/$program.dict"
	mkdir -p "$corpus"
	[ ! -e "$fuzz/corpora/$target.tar.xz" ] || tar -xJf "$fuzz/corpora/$target.tar.xz" -C "$corpus"
	[ ! -d "$fuzz/seeds/$target" ] || cp "$fuzz/seeds/$target"/* "$corpus"
	(cd "$corpus" && zip -qr - .) >"$OUT/${program}_seed_corpus.zip"

	# Everything except the C and C++ libraries, which come with the sanitizers, and what is there.
	ldd "$OUT/$program" | awk '$3 ~ /^\// { print $3 }' | { grep -v "^$OUT/" || :; } |
		grep -vE '/(libc|libm|libdl|librt|libpthread|libresolv|libgcc_s|libstdc\+\+)\.so' |
		xargs -r cp -Lut "$OUT/lib"
done
