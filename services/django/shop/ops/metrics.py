"""What Prometheus reads (OPS-4)."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("http_requests_total", "Requests that were answered.", ["method", "route", "status"])
DURATION = Histogram("http_request_duration_seconds", "Time until the answer began.", ["method", "route"])
