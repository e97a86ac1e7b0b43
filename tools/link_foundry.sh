#!/bin/sh
# Puts anvil and forge on the PATH of an activated .venv, where ape looks for anvil.
# They are the binaries themselves, not npm's start scripts, which cost a Node start each time.
set -eu

for tool in anvil forge; do
    for binary in node_modules/@foundry-rs/"$tool"-*/bin/"$tool"; do
        ln -sf "../../$binary" ".venv/bin/$tool"
    done
done
