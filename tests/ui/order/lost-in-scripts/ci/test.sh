#!/bin/bash
npm ci
npx jest
echo done
