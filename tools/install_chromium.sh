#!/bin/sh
# Sees that the tests have a browser: Debian's Chromium, where it may be installed. Where it may not, the tests
# that need one are skipped and say so.
set -eu

[ -n "${HEITJE_CHROMIUM:-}" ] && exit 0
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "==> Installing Chromium for the tests of the pages (about 1 min)"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0
fi
echo "There is no Chromium, and it may not be installed here: the tests of the pages in a browser are skipped." >&2
echo "Install Debian's \`chromium\`, or let HEITJE_CHROMIUM name another." >&2
