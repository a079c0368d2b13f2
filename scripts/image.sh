#!/bin/sh
# The build steps of the container image: builds, packs, and installs what is packed, with production dependencies only, into $1.
set -eu
target=$1
npm ci
npm run build
packed=$(mktemp -d)
npm pack --silent --workspaces --pack-destination "$packed"
mkdir -p "$target"
cp package-lock.json "$packed/"
cd "$target"
npm init --yes --silent >/dev/null
npm install --silent --omit=dev --no-save --ignore-scripts "$packed"/*.tgz
rm -rf "$packed"
