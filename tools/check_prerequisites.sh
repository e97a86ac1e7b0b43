#!/bin/sh
# Checks that this machine has what `make setup` builds on, and prints the Python to use.
# Whatever is missing or too old gets one line on standard error that says what to install.
# With PYTHON set only that one is looked at.
set -u

missing=0

complain() {
    echo "Missing: $1" >&2
    missing=1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

python_fits() {
    has "$1" && "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} ${PYTHON:-python3 python3.12 python3.11}; do
        if python_fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Debian ships venv in a package of its own, and without it `python -m venv` fails half-way.
check_python() {
    if ! python=$(find_python); then
        complain "Python 3.11 or 3.12${PYTHON:+ ($PYTHON is not)}. Debian: sudo apt install python3 python3-venv. macOS: brew install python@3.12"
    elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        complain "Python's venv module. Debian: sudo apt install python3-venv. macOS: brew install python@3.12"
    fi
}

check_node() {
    if ! has node || ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' >/dev/null 2>&1; then
        complain "Node 20 or newer. Debian: sudo apt install nodejs npm. macOS: brew install node"
    elif ! has npm || ! npm --version >/dev/null 2>&1; then
        complain "npm. Debian: sudo apt install npm. macOS: brew install node"
    fi
}

check_git() {
    if ! has git || ! git --version >/dev/null 2>&1; then
        complain "git. Debian: sudo apt install git. macOS: xcode-select --install"
    fi
}

# macOS has a `cc` that only asks to be installed, so it has to be run.
check_c_compiler() {
    if ! has cc || ! cc --version >/dev/null 2>&1; then
        complain "a C compiler. Debian: sudo apt install build-essential. macOS: xcode-select --install"
    fi
}

check_python
check_node
check_git
check_c_compiler

[ "$missing" -eq 0 ] || exit 1
echo "$python"
