# Read by the scripts beside it: runs one of the example's programs in data/, with the JDK and the jars ./bailey uses.

run_example() {
  root=$(cd "$here/../.." && pwd)
  . "$root/launcher/jdk.sh"
  require_jdk_25 || exit 1
  if ! ls "$root"/app/target/lib/bailey-examples-orders*.jar >/dev/null 2>&1; then
    echo "The example is not built (expected its jar in app/target/lib): run ./bailey --help once, which builds it." >&2
    exit 1
  fi
  mkdir -p "$here/data"
  cd "$here/data"
  exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx192m --enable-native-access=ALL-UNNAMED \
    -cp "$root/app/target/lib/*" "$@"
}
