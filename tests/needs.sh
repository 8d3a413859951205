#!/bin/sh
# What tests need of the system beside Python: a browser (Debian's Chromium, with letters to draw)
# and a PostgreSQL server to start clusters of. Installs what is missing; says nothing if nothing is.
set -eu

missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
    missing="chromium fonts-liberation"
command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
    missing="$missing postgresql"
[ -n "$missing" ] || exit 0

by_hand() {
    echo "Tests need these packages, and $1. As root: apt-get install" $missing >&2
    exit 1
}
command -v apt-get >/dev/null || by_hand "this system has no apt-get"
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || by_hand "only root can install them (there is no sudo)"
    as_root="sudo"
fi
# Words, not one word: the names of several packages.
# shellcheck disable=SC2086
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet --no-install-recommends $missing
}
install || { $as_root apt-get update --quiet && install; } || by_hand "apt-get could not install them"
