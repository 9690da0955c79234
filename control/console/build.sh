#!/usr/bin/env bash
# Builds the console into the folder given, its packages only when the lock file changed; with "test" runs its unit tests instead.
set -euo pipefail
cd "$(dirname "$0")"
if ! [ node_modules/.installed -nt package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.installed
fi
if [ "$1" = test ]; then
  npm test --silent
else
  CONSOLE_OUT="$1" npm run build --silent
fi
