# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Finds the kernels in all suites of Debian. The machine's apt knows only its own suite, and is not
# changed: here apt gets a separate configuration, lists and cache, in the cache of tests/vm. The
# mirrors are those of the machine's apt.

archive=${vm_cache:?}/archive
# The newest one comes first. It is kept if two have the same kernel.
archive_suites=(sid trixie-backports trixie bookworm-backports bookworm)
archive_security_suites=(trixie-security bookworm-security)

# mirror LABEL: the address that the machine's apt uses for the part of Debian of this name.
mirror() {
	# shellcheck disable=SC2016 # apt replaces these
	apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
		sed -n "s/^Debian|$1|//p" | head -n 1
}

# sources KEYRING MIRROR SUITE...: the lines of sources.list for these suites.
sources() {
	local suite
	for suite in "${@:3}"; do
		printf 'deb [arch=amd64 signed-by=%s] %s %s main\n' "$1" "$2" "$suite"
	done
}

# archive_apt COMMAND ARG...: apt-get or apt-cache with the private configuration. It comes on top
# of the machine's, which may name a proxy.
archive_apt() {
	"$1" -q -c "$archive/apt.conf" "${@:2}"
}

# Write the private configuration, and get the lists unless those of the last day are there.
archive_update() {
	local keyring=/usr/share/keyrings/debian-archive-keyring.gpg main security
	[ -e $keyring ] || die "no keys of Debian: install the Debian package debian-archive-keyring"
	main=$(mirror Debian) security=$(mirror Debian-Security)
	[ -n "$main" ] || die "apt knows no mirror of Debian: run apt-get update"
	mkdir -p "$archive"/{state/lists/partial,cache/archives/partial}
	{
		sources $keyring "$main" "${archive_suites[@]}"
		[ -z "$security" ] || sources $keyring "$security" "${archive_security_suites[@]}"
	} >"$archive/sources.list"
	: >"$archive/installed"
	cat >"$archive/apt.conf" <<END
Dir::Etc::sourcelist "$archive/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$archive/state";
Dir::State::status "$archive/installed";
Dir::Cache "$archive/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
APT::Sandbox::User "root";
END
	if [ -n "$(find "$archive/updated" -mtime -1 2>/dev/null)" ]; then return; fi
	printf 'vm: fetching the lists of Debian'\''s kernels\n' >&2
	if archive_apt apt-get update --error-on=any >"$archive/log" 2>&1; then
		touch "$archive/updated"
	else
		grep '^[EW]:' "$archive/log" >&2 || true
		printf 'vm: some lists are missing or old\n' >&2
	fi
}

# One line for each kernel: its uname -r, the version of the package, and the suite.
archive_list() {
	local names
	names=$(archive_apt apt-cache pkgnames linux-image- |
		grep -E '^linux-image-[0-9]+\.[0-9]+\.[^-]+(-[0-9]+)?-amd64$') || return 0
	# shellcheck disable=SC2086 # one word for each name
	archive_apt apt-cache madison $names |
		sed -n 's/^ *linux-image-\([^ ]*\) | *\([^ ]*\) | [^ ]* \([^ ]*\)\/main amd64 Packages$/\1 \2 \3/p' |
		awk '!seen[$1 $2]++' | sort -V -k 2,2
}

# archive_find VERSION: the newest kernel of this series or suite, the one of exactly this name, or
# for "newest" the newest of all.
archive_find() {
	archive_list | awk -v wanted="$1" '
		wanted == "newest" || $1 == wanted || $3 == wanted || (index($1, wanted) == 1 &&
			substr($1, length(wanted) + 1) ~ /^[^0-9]/) { found = $1 }
		END { print found }'
}

# archive_fetch_unlisted KERNEL DIRECTORY PACKAGE...: the suites still have the image of some older
# kernels, but no longer list its options and its modules. The mirror keeps their files a while.
# Only a list could prove that they are Debian's, so this says what was not proved.
archive_fetch_unlisted() {
	local kernel=$1 directory=$2 package version name
	shift 2
	version=$(archive_apt apt-cache show "linux-image-$kernel" | sed -n 's/^Version: //p' | head -n 1)
	for package; do
		name=${package}_${version}_amd64.deb
		printf 'vm: no suite lists %s: its signature cannot be checked\n' "$name" >&2
		/usr/lib/apt/apt-helper -q -o APT::Sandbox::User=root download-file \
			"$(mirror Debian)pool/main/l/linux/$name" "$directory/$name" >&2 ||
			die "Debian no longer has $name"
	done
}
