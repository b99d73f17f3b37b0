# syntax=docker/dockerfile:1
# The default bot. For your own, copy this file and .dockerignore into its repository, set BIN to the name of its binary,
# leave out benches/ and tests/, and let its main be `line_bot_server::cli::run(YourBot)`: `line_bot_server::run` knows no
# verbs, so HEALTHCHECK would start a second server.
ARG RUST_VERSION=1.95
FROM rust:${RUST_VERSION}-bookworm AS build
ARG BIN=line-bot-server
WORKDIR /src

# The dependencies, in a layer of their own: rebuilt only when the lock file changes.
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src benches/inbox tests/it \
 && echo 'fn main() {}' | tee src/main.rs benches/inbox/main.rs tests/it/main.rs > /dev/null \
 && touch src/lib.rs \
 && cargo build --release --locked --lib --bin ${BIN} \
 && rm -rf src

COPY src src
RUN find src -name '*.rs' -exec touch {} + \
 && cargo build --release --locked --bin ${BIN} \
 && install -D target/release/${BIN} /out/line-bot-server \
 && install -d -m 0700 /out/data

# glibc and nothing else: no shell, no package manager, user 65532.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/line-bot-server /usr/local/bin/line-bot-server
COPY --from=build --chown=65532:65532 /out/data /app/data
WORKDIR /app
USER 65532:65532
ENV LOG_FORMAT=json
EXPOSE 8080
VOLUME /app/data
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/usr/local/bin/line-bot-server", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/line-bot-server"]
