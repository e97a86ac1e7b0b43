#!/bin/sh
# Makes .venv with the given Python and fills it with exactly what uv.lock names.
#   tools/install_python.sh PYTHON
set -eu

# uv comes through pip, so that nothing but a package index is asked for anything.
UV_VERSION=0.13.9

python=$1

# The lock file changed, the Python did not: the environment can stay and only its packages differ.
is_usable() {
    [ "$(.venv/bin/python -V 2>/dev/null)" = "$("$python" -V)" ] &&
        [ "$(.venv/bin/uv --version 2>/dev/null | cut -d ' ' -f 2)" = "$UV_VERSION" ]
}

create() {
    "$python" -m venv --clear .venv
    extend_activation
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
}

# ape and py-solc-x learn only from the environment where the compiler is. With these lines a person
# who activates .venv can type `ape compile` or `pytest` without make. APE_DATA_FOLDER keeps ape's
# caches with the clone, so that clones side by side do not write into each other's.
extend_activation() {
    cat >> .venv/bin/activate <<'END'

SOLCX_BINARY_PATH="${VIRTUAL_ENV%/.venv}/.solc"
APE_DATA_FOLDER="${VIRTUAL_ENV%/.venv}/.ape"
export SOLCX_BINARY_PATH APE_DATA_FOLDER
END
    cat >> .venv/bin/activate.fish <<'END'

set -gx SOLCX_BINARY_PATH (string replace --regex '/\.venv$' '/.solc' -- "$VIRTUAL_ENV")
set -gx APE_DATA_FOLDER (string replace --regex '/\.venv$' '/.ape' -- "$VIRTUAL_ENV")
END
}

is_usable || create

# An environment that is activated elsewhere must not be the one that is filled.
unset VIRTUAL_ENV
UV_PROJECT_ENVIRONMENT=.venv .venv/bin/uv sync --quiet --locked --no-python-downloads \
    --python .venv/bin/python
