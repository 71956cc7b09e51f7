#!/bin/sh
# Fills fuzz/corpus with the texts of the repository: examples, UI cases, and faulty templates.
set -eu
cd "$(dirname "$0")/.."
mkdir -p fuzz/corpus/parse fuzz/corpus/check fuzz/corpus/document fuzz/corpus/workspace

copy() {
  name=$(printf '%s' "$1" | tr '/' '_')
  shift
  for target in "$@"; do cp "$file" "fuzz/corpus/$target/$name"; done
}

git ls-files examples tests/ui tests/faults tests/syntax tests/baselines tests/support | while read -r file; do
  case $file in
    *.pipe) copy "$file" parse check ;;
    *.yml | *.yaml | *.json) copy "$file" document workspace ;;
  esac
done
