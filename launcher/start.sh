# How the JVM is started: class path, options, and the ahead-of-time caches that make the start quick. Sourced by ./bailey.
# Needs $home, $lib and JAVA_HOME; the caches are used unless BAILEY_AOT is off.

common_options=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
# The optimizing compiler comes later than by default, and does not begin with what a training run called often: at a start it would take
# the second core from what has to be ready; what is hot under load gets there within seconds.
late_optimizing=(-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:-AOTReplayTraining
  -XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=2400 -XX:Tier4CompileThreshold=60000 -XX:Tier4BackEdgeThreshold=160000)
run_options=(-XX:+UseParallelGC -Xms128m -Xmx256m "${late_optimizing[@]}" -Dio.netty.jfr.enabled=false -Dio.netty.leakDetection.level=disabled)
client_options=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx192m)
caches="$home/app/target/aot"

# A list in a fixed order: a cache is only good for the class path it was made with.
set_class_path() {
  local LC_ALL=C IFS=:
  local jars=("$lib"/*.jar)
  class_path="${jars[*]}"
}

# What the caches depend on; that the jars' contents are still the same is seen by their times.
aot_key() {
  printf '%s\n' "$(<"$JAVA_HOME/release")" "$class_path" "${common_options[*]}" "${run_options[*]}" "${client_options[*]}"
}

is_trained() {
  local jar
  [ -f "$caches/key" ] && [ "$(<"$caches/key")" = "$(aot_key)" ] || return 1
  for jar in "$lib"/*.jar; do
    [ "$jar" -nt "$caches/key" ] && return 1
  done
  return 0
}

# Starts everything once and keeps what the JVM learned, unless that is there. Without it everything works as well, only later.
train() {
  [ "${BAILEY_AOT:-auto}" = off ] || is_trained && return 0
  local new="$caches.$$"
  rm -rf "$new"
  mkdir -p "$new" 2>/dev/null || return 0
  echo "Preparing quick starts (once; BAILEY_AOT=off does without)" >&2
  aot_key >"$new/key"
  if ! train_one run "${run_options[@]}" || ! train_one client "${client_options[@]}"; then
    echo "bailey: quick starts could not be prepared, starts take longer; the log is ${caches#"$PWD"/}.log" >&2
    rm -rf "$new/"*.aot # the key stays: tried again only when something has changed
  fi
  rm -rf "$new/work" "$new/answers" "$caches"
  mv "$new" "$caches"
}

train_one() {
  local subject=$1
  shift
  "$JAVA_HOME/bin/java" "$@" "${common_options[@]}" -XX:AOTCacheOutput="$new/$subject.aot" -Xlog:aot=error \
    -Djava.library.path="$new/native" -Dbailey.home="$home" -cp "$class_path" \
    dev.bailey.app.Main train "$subject" --folder "$new" >"$caches.log" 2>&1 </dev/null && [ -s "$new/$subject.aot" ]
}

# The options with which a trained start of the subject finds its cache and the unpacked native libraries.
aot_options() {
  trained_options=()
  if [ "${BAILEY_AOT:-auto}" != off ] && [ -f "$caches/$1.aot" ] && is_trained; then
    # Options of the user that no cache fits are no news worth a line: the start is slower, and that is all.
    trained_options=(-XX:AOTCache="$caches/$1.aot" -Xlog:aot=off
      -Dorg.sqlite.lib.path="$caches/native" -Djava.library.path="$caches/native")
  fi
}
