# Finds a JDK 25 and sets JAVA_HOME, or says exactly what is missing. Sourced by ./bailey and ./verify.

is_jdk_25() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null
}

find_jdk_25() {
  for candidate in "${BAILEY_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*jdk* /opt/java/* \
      "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$candidate" ] && is_jdk_25 "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  on_path=$(command -v javac 2>/dev/null) || return 1
  on_path=$(cd "$(dirname "$(readlink -f "$on_path")")/.." && pwd)
  is_jdk_25 "$on_path" && printf '%s\n' "$on_path"
}

require_jdk_25() {
  if ! JAVA_HOME=$(find_jdk_25); then
    present=$(command -v java >/dev/null 2>&1 && java -version 2>&1 | head -n 1 || echo "no java")
    cat >&2 <<EOT
bailey: JDK 25 is missing.
  looked at:  \$BAILEY_JAVA_HOME, \$JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks, PATH
  on the PATH: $present
  do: install a JDK 25 (for example Temurin 25), or point BAILEY_JAVA_HOME at one.
EOT
    return 1
  fi
  export JAVA_HOME
}

require_tool() {
  if ! command -v "$1" >/dev/null 2>&1; then
    printf 'bailey: %s is missing.\n  do: %s\n' "$1" "$2" >&2
    return 1
  fi
}
