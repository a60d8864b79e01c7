#!/bin/sh
# Starts Gilscope. As root Chromium starts only with its sandbox off. Commands make no page, so for them that is no loss;
# a window as root is refused rather than opened without a sandbox.
program=$(readlink -f -- "$0") && folder=${program%/*}
if [ "$(id -u)" = 0 ]; then
  case ${1-} in
    list | diagnose | export | top | record | diff | serve | help | --help | -h | --version)
      exec "$folder/gilscope-window" --no-sandbox "$@" ;;
    --no-sandbox) ;;
    *)
      if [ -z "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then exec "$folder/gilscope-window" --no-sandbox serve "$@"; fi
      echo "gilscope: the window does not open as root, because Chromium's sandbox can't start there: use \"gilscope serve\" and a browser, the commands of \"gilscope --help\", or start it as an ordinary user" >&2
      exit 1 ;;
  esac
fi
exec "$folder/gilscope-window" "$@"
