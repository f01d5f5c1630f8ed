#!/bin/sh
# Installs PlexSync's wheel and what app.txt pins: install.sh FOLDER TARGET. The image uses it, and a test in a clean root.
set -eu
python3 -m venv "$2"
"$2/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r "$1/app.txt"
"$2/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check --no-deps "$1"/stash_plexsync-*.whl
"$2/bin/pip" uninstall --quiet --yes pip setuptools 2>/dev/null || true
"$2/bin/python" -m compileall -q "$2/lib"
