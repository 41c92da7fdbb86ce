#!/usr/bin/env bash
# Calls the proxy with curl: client.sh URL USER PASSWORD
set -eu
proxy=$1 user=$2 password=$3
json='Content-Type: application/json'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
value() { sed 's/.*"'"$1"'":"\([^"]*\)".*/\1/' "$scratch/body"; }
call() { curl -s -o "$scratch/body" -D "$scratch/head" -w '%{http_code}' -H "$json" "$@"; }
header() { tr -d '\r' <"$scratch/head" | sed -n "s/^$1: //p"; }

# region readme
call -d "{\"username\":\"$user\",\"password\":\"$password\"}" "$proxy/api/login" >/dev/null
bearer="Authorization: Bearer $(value accessToken)"

status=$(call -H "$bearer" -d '{"text":"hello"}' "$proxy/api/inference")
echo "call $status $(value label) remaining $(header X-RateLimit-Remaining)"
# endregion

status=$(call -H "$bearer" -d '{"text":5}' "$proxy/api/inference")
echo "refused $status $(value code) $(value pointer)"

head -c 1048576 /dev/zero | tr '\0' x >"$scratch/file"
status=$(curl -s -o "$scratch/echo" -w '%{http_code}' -H "$bearer" -H 'Content-Type: application/octet-stream' \
  --data-binary "@$scratch/file" "$proxy/api/files")
echo "upload $status $(cmp -s "$scratch/file" "$scratch/echo" && echo True || echo False)"

curl -sN -H "$bearer" -H "$json" -d '{"text":"hello"}' "$proxy/api/stream" | while IFS= read -r line; do
  case $line in data:\ *) echo "event ${line#data: }" ;; esac
done

while status=$(call -H "$bearer" -d '{"text":"hello"}' "$proxy/api/inference") && [ "$status" = 200 ]; do :; done
echo "limited $status $(value code) $([ "$(header Retry-After)" -gt 0 ] && echo True || echo False)"
