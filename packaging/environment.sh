# shellcheck shell=bash disable=SC2034
# What packaging/run and packaging/test share: sourced by them, makes .venv with the pinned packages and sees to Qt's
# system libraries. Sets `root`, `venv` and `python`. Needs bash, git's checkout and python3 >= 3.11.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=${LOADPATH_VENV:-$root/.venv}
python=$venv/bin/python
fresh=no # whether this run had to install

# library that the loader looks for : Debian package that brings it
offscreen_libraries=(
    libEGL.so.1:libegl1 libGL.so.1:libgl1 libglib-2.0.so.0:libglib2.0-0 libdbus-1.so.3:libdbus-1-3
    libfontconfig.so.1:libfontconfig1 libxkbcommon.so.0:libxkbcommon0
)
window_libraries=(
    libxcb-cursor.so.0:libxcb-cursor0 libxkbcommon-x11.so.0:libxkbcommon-x11-0 libxcb-icccm.so.4:libxcb-icccm4
    libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-shape.so.0:libxcb-shape0
)

say() { printf 'loadpath: %s\n' "$*" >&2; }
stop() {
    say "$*"
    exit 2
}

has_screen() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" = Darwin ]; }

system_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    stop "Loadpath needs Python 3.11 to 3.14. Install it (on Debian 12: apt-get install python3) and run this again."
}

# install_packages WHY PACKAGE...: with apt-get when that is allowed, else says what to type.
install_packages() {
    local why=$1
    shift
    if ! command -v apt-get >/dev/null; then
        stop "$why This is not Debian or Ubuntu: install what these Debian packages bring, then run this again: $*"
    fi
    if [ "$(id -u)" != 0 ]; then
        say "$why Only root can install them. Type this, then run this again:"
        printf '\n    sudo apt-get update && sudo apt-get install -y --no-install-recommends %s\n\n' "$*" >&2
        exit 2
    fi
    say "$why Installing: $*"
    local log
    log=$(mktemp)
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        stop "apt-get could not install them. Repair that (all it said: $log) and run this again."
    fi
    rm -f "$log"
}

# see_to_system LIBRARY:PACKAGE...: venv and these libraries are there afterwards, or this run ends with a sentence.
see_to_system() {
    [ "$(uname -s)" = Linux ] || return 0
    local base missing
    base=$(system_python) || exit
    missing=$("$base" - "$@" <<'PYTHON'
import ctypes
import importlib.util
import sys

if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
    print("python{}.{}-venv".format(*sys.version_info[:2]))
for pair in sys.argv[1:]:
    library, package = pair.split(":")
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
PYTHON
    )
    # shellcheck disable=SC2086
    [ -z "$missing" ] || install_packages "What Python or Qt needs from the system is missing." $missing
}

fingerprint() { { "$python" --version && cat "$1" "${BASH_SOURCE[0]}"; } | sha256sum | cut -d' ' -f1; }

# prepare requirements.txt|requirements-test.txt: .venv holds exactly these versions; quick when it already does.
prepare() {
    local wanted=$root/packaging/$1 stamp=$venv/.loadpath-$1
    if "$python" -c '' 2>/dev/null && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint "$wanted")" ]; then
        return
    fi
    local base
    base=$(system_python) || exit
    if ! "$python" -m pip --version >/dev/null 2>&1; then
        say "Making the virtual environment $venv"
        rm -rf "$venv"
        "$base" -m venv "$venv" || stop "No virtual environment can be made in $venv: is the folder writable? Set LOADPATH_VENV to another folder to use that."
    fi
    say "Installing the pinned packages of packaging/$1 (once; a minute or two)"
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all: \
        -r "$wanted" || stop "The packages could not be installed. Look at pip's words above; is the package index reachable?"
    echo "$root" >"$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/loadpath-checkout.pth"
    printf '#!/bin/sh\nexec "%s" -P -m app "$@"\n' "$python" >"$venv/bin/loadpath"
    chmod +x "$venv/bin/loadpath"
    fingerprint "$wanted" >"$stamp"
    fresh=yes
    if [ "$1" = requirements-test.txt ]; then # these include the ones to run with
        fingerprint "$root/packaging/requirements.txt" >"$venv/.loadpath-requirements.txt"
    fi
}
