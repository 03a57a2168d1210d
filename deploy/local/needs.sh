#!/usr/bin/env bash
# What the tests need besides Python, installed where that is possible without asking: on Debian, as root.
set -euo pipefail

packages=()
if ! command -v docker >/dev/null || ! docker info >/dev/null 2>&1; then
  command -v mvn >/dev/null || packages+=(maven)
  command -v java >/dev/null || packages+=(default-jre-headless)
fi
[ -x /usr/bin/chromium ] || packages+=(chromium)
command -v php >/dev/null || packages+=(php-cli)
compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || packages+=(libfaketime)
[ ${#packages[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${packages[*]} ..."
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
else
  echo "Some tests need ${packages[*]}: install them, or see those tests skipped."
fi
