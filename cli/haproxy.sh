#!/bin/sh
# HAProxy, as Ray Serve starts it: `haproxy -db -f CONFIG …`. When no replica can be reached HAProxy
# answers by itself, from the file 500.http beside its configuration. This makes that answer a
# problem+json with Retry-After, like every other error of the API.
set -eu
config=
previous=
for argument in "$@"; do
    if [ "$previous" = -f ]; then config=$argument; fi
    previous=$argument
done
body='{"type":"urn:mealprep360:problem:service-unavailable","title":"Service Unavailable","status":503,"detail":"The service is starting or restarting; try again shortly.","instance":"","requestId":""}'
{
    printf 'HTTP/1.1 503 Service Unavailable\r\n'
    printf 'Content-Type: application/problem+json\r\n'
    printf 'Retry-After: 2\r\n'
    printf 'Cache-Control: no-store\r\n'
    printf 'Content-Length: %s\r\n\r\n' "${#body}"
    printf '%s' "$body"
} > "$(dirname "$config")/500.http"
exec "$MEALPREP_HAPROXY_BINARY" "$@"
