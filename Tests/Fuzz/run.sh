#!/usr/bin/env bash
# Gives one reader any bytes whatever, for a minute or as long as is said, and fails on the first that trap or hang:
#   Tests/Fuzz/run.sh expressions|scenes|configurations|coco|voc|yolo|pictures|safetensors|all [SECONDS]
# A finding is left in .build/fuzz/NAME/findings; give its path after the seconds to run it alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

names="expressions scenes configurations coco voc yolo pictures safetensors"
name=${1:-all}
seconds=${2:-60}
build=.build/fuzz
bin=$build/release

if [[ " $names all " != *" $name "* ]]; then
  echo "unknown target $name; there are: $names all" >&2
  exit 2
fi

# libFuzzer brings its own main, which SwiftPM cannot link: it compiles the modules, swiftc links them.
swift build -c release --scratch-path "$build" --target Fuzz \
  -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=address,fuzzer-no-link
mapfile -t objects < <(find "$bin"/{Boxes,CKernels,Tensors,Scenes,Traces,Detectors,Expressions,Fuzz,Yams,CYaml}.build -name '*.o')
swiftc -sanitize=fuzzer,address -parse-as-library "${objects[@]}" -lpng -lturbojpeg -lexpat -o "$build/fuzz" 2> "$build/link.txt" ||
  { cat "$build/link.txt" >&2; exit 1; }

# Leaks of the runtime are not looked for; its backtraces would only wait for an answer.
export ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no
[ "$name" = all ] || names=$name
for name in $names; do
  echo "== $name, $seconds s"
  mkdir -p "$build/$name/corpus" "$build/$name/findings"
  seeds=Tests/Fuzz/Seeds/$name
  if [ "$name" = pictures ]; then seeds=Tests/ScenesTests/Fixtures; fi
  options=(-max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=4200 -print_final_stats=1)
  if [ -f "Tests/Fuzz/Seeds/$name.dict" ]; then options+=(-dict="Tests/Fuzz/Seeds/$name.dict"); fi
  if [ $# -gt 2 ]; then
    FUZZ=$name "$build/fuzz" "${@:3}"
  else
    FUZZ=$name "$build/fuzz" "${options[@]}" -artifact_prefix="$build/$name/findings/" \
      "$build/$name/corpus" "$seeds" > "$build/$name/log.txt" 2>&1 ||
      { tail -40 "$build/$name/log.txt"; exit 1; }
    grep -E "^(Done|stat::number_of_executed_units)" "$build/$name/log.txt"
    tail -n 8 "$build/$name/log.txt" | grep -E "cov:" || grep -E "cov:" "$build/$name/log.txt" | tail -n 1
  fi
done
