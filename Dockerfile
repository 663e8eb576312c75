# The image of a node, in two stages: Debian 12 with Swift builds the program, a plain Debian 12 runs it.
# Holds no secret and no agency: who a node is comes with its first start, its passphrase as a file. See docs/containers.md.

ARG SWIFT=6.3

FROM swift:${SWIFT}-bookworm AS build
WORKDIR /src
COPY scripts/setup scripts/setup
RUN scripts/setup
# The dependencies in a layer of their own: a changed source does not fetch them again.
COPY Package.swift Package.resolved* ./
RUN swift package resolve
# The manifest names the tests, so it is refused without them; they are not built.
COPY Tests Tests
COPY Sources Sources
# Swift's own libraries go into the program: the second stage has none. Without its symbols it is half as large.
RUN swift build -c release --product comity --static-swift-stdlib --explicit-target-dependency-import-check error \
    && install -D -s -m 0755 .build/release/comity /out/comity

FROM debian:12-slim
# ca-certificates: `comity audit verify https://…`. tzdata: rules that speak of local time.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
        ca-certificates libgcc-s1 libqrencode4 libsodium23 libsqlite3-0 libssl3 libstdc++6 libxml2 tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 comity \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/comity --shell /usr/sbin/nologin comity \
    && install -d -m 0700 -o comity -g comity /var/lib/comity
COPY --from=build /out/comity /usr/local/bin/comity
COPY scripts/container-start scripts/container-health /usr/local/bin/
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /var/lib/comity
VOLUME /var/lib/comity
EXPOSE 7443
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["container-health"]
ENTRYPOINT ["container-start"]
