# The build stage runs one script, so that CI can run the same steps without Docker.
FROM node:24-slim AS build
WORKDIR /src
COPY . .
RUN sh scripts/image.sh /app

FROM node:24-slim
# git reads repositories; openssh-client serves ssh:// ones, gnupg verifies OpenPGP signatures.
RUN apt-get update \
 && apt-get install -y --no-install-recommends git openssh-client gnupg ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build --chown=root:root /app /app
# The root file system may be read-only: the state file and the Git cache live in /var/lib/longshore, temporary files in /tmp.
RUN mkdir -p /var/lib/longshore && chown 1000:1000 /var/lib/longshore
VOLUME ["/var/lib/longshore", "/tmp"]
ENV NODE_ENV=production HOME=/var/lib/longshore XDG_CACHE_HOME=/var/lib/longshore/cache
# By itself V8 sizes the space for young objects by the machine: 75 to 90 MB more for a large one, and nothing is faster
# (docs/benchmarks.md). Whoever sets NODE_OPTIONS in a deployment should repeat it.
ENV NODE_OPTIONS=--max-semi-space-size=8
USER 1000:1000
EXPOSE 8080
ENTRYPOINT ["node", "/app/node_modules/longshore/bin/longshore.js"]
CMD ["controller", "--applications", "/etc/longshore/applications", "--state", "/var/lib/longshore/state.sqlite", "--listen", "0.0.0.0:8080"]
