#!/usr/bin/env bash
set -euo pipefail
id="$(aws cloudfront create-invalidation --distribution-id "$1" --paths '/*' --query Invalidation.Id --output text)"
aws cloudfront wait invalidation-completed --distribution-id "$1" --id "$id"
