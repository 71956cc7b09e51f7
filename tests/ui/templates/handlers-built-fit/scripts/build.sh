#!/usr/bin/env bash
for NAME in lambdas/*; do
  mkdir -p "$NAME/.build"
  cp "$NAME"/src/*.py "$NAME/.build"
done
