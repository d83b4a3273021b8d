#!/usr/bin/env bash
# Put in place the programs of the operating system that some tests need, where that is possible: quick when they are
# there, and never a reason to fail, because those tests say themselves what they skip.
set -u
PATH=$PATH:/usr/sbin:/sbin

present() { # present PROGRAM...: whether one of these is there
  local program
  for program in "$@"; do
    if command -v "$program" > /dev/null 2>&1; then return 0; fi
  done
  return 1
}

missing() { # the Debian packages that are still needed
  [ -x "${FAYGER_CHROMIUM:-}" ] || present chromium chromium-browser google-chrome google-chrome-stable || echo chromium
  present nginx || echo nginx-light
  present clang clang-{14..24} || echo clang
  present wasm-ld wasm-ld-{14..24} || echo lld
}

install() { # install PACKAGE...: without starting their services; tests start what they need on ports of their own
  local policy=/usr/sbin/policy-rc.d
  # In a session of its own: apt-get sets the terminal when its work is done, and a process in the background of a terminal
  # is stopped for that, for ever.
  local apt=(setsid --wait apt-get -qq -y -o Acquire::Retries=1 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30)
  if [ ! -e "$policy" ]; then
    # shellcheck disable=SC2064
    trap "rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod +x "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  # A fresh container has no lists of packages yet.
  "${apt[@]}" install --no-install-recommends "$@" > /dev/null 2>&1 ||
    { "${apt[@]}" update > /dev/null 2>&1 && "${apt[@]}" install --no-install-recommends "$@" > /dev/null; }
}

read -r -d '' -a packages < <(missing)
[ "${#packages[@]}" -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && present apt-get; then
  echo "installing what tests need: ${packages[*]}"
  install "${packages[@]}" || true
fi

for package in $(missing); do
  case $package in
    chromium) what="the tests in a real browser" ;;
    clang | lld) what="the tests of guests in C" ;;
    *) what="the tests against nginx" ;;
  esac
  echo "$what will be skipped: no $package (as root on Debian: apt-get install $package)"
done
exit 0
