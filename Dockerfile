# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS builder
# libpq is compiled from source against OpenSSL, SQLite and aws-lc from source too.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl-dev make perl pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
# The target directory is a cache and not part of the layer, so the binary is copied out of it. The touch: cargo goes
# by file times, and sources older than the cached build would pass for unchanged.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target,sharing=locked \
    touch src/lib.rs src/main.rs \
    && cargo build --profile dist --features postgres-tls --locked --bin farlight \
    && cp target/dist/farlight /usr/local/bin/farlight

# The same Debian release as the builder's, so that libssl3 is the one that was linked.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin farlight \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=builder /usr/local/bin/farlight /usr/local/bin/farlight
COPY LICENSE /usr/share/doc/farlight/LICENSE

# The root key comes from outside the data volume (a secret, readable by uid 10001): whoever seizes a disk with both
# the database and the key reads everything.
# Files lie in /data/files, beside the SQLite database. With PostgreSQL, let FARLIGHT__FILES__URL say where they go.
# FARLIGHT__DATABASE__CREATE stays unset: a volume that was not mounted must not become an empty system. Set it to
# true for the first start only.
ENV FARLIGHT__SERVER__ADDRESS=0.0.0.0 \
    FARLIGHT__DATABASE__URL=sqlite:/data/farlight.db \
    FARLIGHT__KEYS__ROOT_FILE=/run/secrets/farlight-root.key

USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["farlight", "health"]
# A graceful stop takes up to server.shutdown_seconds: give `docker stop` more than its ten seconds.
ENTRYPOINT ["farlight"]
CMD ["serve"]
