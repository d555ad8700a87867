# One image for web, worker, beat and migrations; deploy/entrypoint.sh says which (docker-compose.yml).
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --system --uid 10001 --home-dir /srv/uconf --shell /usr/sbin/nologin uconf
WORKDIR /srv/uconf

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .
# Needs settings, but no secret: what it writes has none in it.
RUN DEBUG=0 SECRET_KEY=only-to-collect-static-files-while-the-image-is-being-built-0 BASE_URL=https://localhost \
    EMAIL_URL=mailbox: DATA_DIR=/tmp/build python manage.py collectstatic --noinput && rm -rf /tmp/build \
    && mkdir -p /srv/uconf/var && chown uconf: /srv/uconf/var

USER uconf
EXPOSE 8000
ENTRYPOINT ["/srv/uconf/deploy/entrypoint.sh"]
CMD ["web"]
