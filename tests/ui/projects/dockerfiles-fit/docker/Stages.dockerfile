FROM alpine AS unused
COPY missing.txt /x

FROM alpine
COPY q /q
