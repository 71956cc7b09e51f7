#!/bin/bash
set -euo pipefail
npx jest | tee jest.log
echo done
