#!/bin/sh
# What a container of the image does, and a plain process too: entrypoint.sh web|worker|beat|migrate|healthy-web|healthy-worker
# Settings come from the environment alone (.env.example). Each ends with what it became.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
web)
    # Threads, since a page waits for the database most of the time. The proxy writes the access log.
    exec gunicorn uconf.wsgi:application --bind "${HOST:-0.0.0.0}:${PORT:-8000}" \
        --worker-class gthread --workers "${WEB_WORKERS:-2}" --threads 4 --worker-tmp-dir /dev/shm --no-control-socket \
        --timeout 60 --graceful-timeout 20 --log-level warning
    ;;
worker)
    # Threads: tasks wait for the mail server, and each wait has its own limit.
    exec celery --app uconf --quiet worker --pool threads --concurrency 4 --without-gossip --without-mingle --loglevel WARNING
    ;;
beat)
    # One beat at a time; a second one would only ring twice. No schedule file, and its pid file nowhere.
    exec celery --app uconf --quiet beat --pidfile= --loglevel WARNING
    ;;
migrate)
    exec python manage.py migrate --noinput
    ;;
healthy-web)
    # By the site's own name: other names are refused.
    exec python - <<'PYTHON'
import os, urllib.parse, urllib.request
name = urllib.parse.urlsplit(os.environ["BASE_URL"]).netloc
url = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/healthz"
urllib.request.urlopen(urllib.request.Request(url, headers={"Host": name}), timeout=4)
PYTHON
    ;;
healthy-worker)
    # The worker notes every ring of beat: a fresh note means that both are alive.
    exec python manage.py ready
    ;;
*)
    echo "Say what to do: entrypoint.sh web, worker, beat, migrate, healthy-web or healthy-worker." >&2
    exit 64
    ;;
esac
