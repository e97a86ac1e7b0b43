#!/bin/sh
# Installs exactly what package-lock.json names: the compiler, Foundry and OpenZeppelin's contracts.
set -eu

# No package's own install script runs: Foundry's binaries lie ready in the packages for each platform.
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

# ape copies OpenZeppelin into contracts/.cache and looks at no more than 500 files below contracts/: past
# that it silently leaves out some of ours. Half of the package is ready-made ABIs that nothing here reads.
rm -rf node_modules/@openzeppelin/contracts/build
# And it keeps the copies that it made of an earlier version.
rm -rf .ape/packages contracts/.cache

for tool in anvil forge; do
    found=
    for binary in node_modules/@foundry-rs/"$tool"-*/bin/"$tool"; do
        [ -f "$binary" ] && found=$binary
    done
    if [ -z "$found" ]; then
        echo "npm's registry has no $tool for this machine ($(uname -sm))." >&2
        exit 1
    fi
    "$found" --version >/dev/null
done
