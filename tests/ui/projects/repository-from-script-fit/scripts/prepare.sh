#!/bin/bash -eu
WORK=$(mktemp -d)
git clone --quiet https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app "$WORK"
mv "$WORK/.git" "$CODEBUILD_SRC_DIR"
