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
COPY migrations migrations
COPY policies policies
RUN printf '#!/bin/sh\nexec python -m bot.cli "$@"\n' > /usr/local/bin/locum \
 && chmod 755 /usr/local/bin/locum \
 && install -d -o locum -m 700 /locum/data \
 && /opt/locum/bin/python -m compileall -q bot adapters migrations
ENV PATH=/opt/locum/bin:$PATH \
    PYTHONPATH=/locum \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# database, keys, sealed tokens of Slack and, where metrics are off, the report of health
VOLUME /locum/data
USER 10001
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["locum", "health"]
ENTRYPOINT ["locum"]
CMD ["run"]
