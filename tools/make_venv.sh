#!/bin/sh
# Make the environment, or mend it: make_venv.sh PYTHON FOLDER REQUIREMENTS. What is missing is said in one sentence.
python=$1 venv=$2 requirements=$3

say() { echo "$1" >&2; exit 1; }

[ -n "$python" ] || say "uconf needs Python 3.11 or newer, and none was found: install it (Debian: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3."

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1 || ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        say "$python lacks the venv module: install it (Debian: apt-get install python3-venv), then run make again."
    echo "Making the environment in $venv (once; a minute at most)."
    rm -rf "$venv"
    "$python" -m venv "$venv" || say "$python could not make the environment in $venv; what it said stands above."
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements" ||
    say "Installing $requirements failed; what pip said stands above. Is the network there? Then run make again."
