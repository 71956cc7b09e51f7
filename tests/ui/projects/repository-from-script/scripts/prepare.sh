#!/bin/bash -eu
mkdir -p build
