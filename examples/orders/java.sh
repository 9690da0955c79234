# Read by the scripts beside it: finds JDK 25 and the classpath, and runs a main class in data/.

find_java() {
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* "${HOME:-/nonexistent}"/.sdkman/candidates/java/*25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
        if [ -n "$home" ] && [ -x "$home/bin/java" ] && is_25 "$home/bin/java"; then
            echo "$home/bin/java"
            return 0
        fi
    done
    if command -v java >/dev/null 2>&1 && is_25 java; then
        command -v java
        return 0
    fi
    return 1
}

is_25() {
    "$1" -version 2>&1 | grep -q 'version "25'
}

run_example() {
    main=$1
    shift
    java=$(find_java) || {
        echo "JDK 25 not found (looked in JAVA_HOME, /usr/lib/jvm and on the PATH): install one, or set JAVA_HOME to it" >&2
        exit 1
    }
    root=$(cd "$here/../.." && pwd)
    if [ -s "$root/app/target/bailey.classpath" ]; then
        classpath=$(cat "$root/app/target/bailey.classpath")
    elif ls "$root"/app/target/lib/*.jar >/dev/null 2>&1; then
        classpath="$root/app/target/lib/*"
    else
        echo "Bailey is not built yet (expected jars in app/target/lib): run ./bailey --help once, which builds it" >&2
        exit 1
    fi
    mkdir -p "$here/data"
    cd "$here/data"
    exec "$java" -Xmx256m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "$classpath" "$main" "$@"
}
