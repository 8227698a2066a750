#!/usr/bin/env bash
# enter.sh LOCK MODULE [ARGUMENT...]: makes .venv from the lock when it is not there yet, then
# runs the Python module inside it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
lock=$1 module=$2
shift 2

python=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Tallyhouse needs Python 3.11 or newer: install it (Debian, Ubuntu: sudo apt install" \
        "python3 python3-venv) or name one, as in PYTHON=/opt/python/bin/python3 ./run" >&2
    exit 1
fi

case " $* " in
    *" --help "* | *" -h "*) exec "$python" -m "$module" --help ;;
esac
"$python" -I project/running/install.py "$lock"
exec .venv/bin/python -m "$module" "$@"
