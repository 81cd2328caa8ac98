FROM python:3.13-slim-bookworm AS libraries
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/locum \
 && /opt/locum/bin/pip install --no-cache-dir --quiet --only-binary :all: --require-hashes -r requirements.lock

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin locum
COPY --from=libraries /opt/locum /opt/locum
WORKDIR /locum
COPY LICENSE NOTICE ./
COPY bot bot
COPY adapters adapters
COPY policies policies
ENV PATH=/opt/locum/bin:$PATH \
    PYTHONPATH=/locum \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
ENTRYPOINT ["python", "-m", "bot.cli"]
CMD ["--help"]
