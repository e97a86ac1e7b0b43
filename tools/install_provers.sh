#!/bin/sh
# Makes .provers and fills it with exactly what tools/provers/uv.lock names.
set -eu

# An environment that is activated elsewhere must not be the one that is filled.
unset VIRTUAL_ENV
UV_PROJECT_ENVIRONMENT="$PWD/.provers" .venv/bin/uv sync --quiet --locked --no-python-downloads \
    --project tools/provers --python .venv/bin/python
