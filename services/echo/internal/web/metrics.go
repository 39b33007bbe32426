package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts and times requests for Prometheus (OPS-4). echo-contrib's middleware has other labels, among them the Host
// that a client sends.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// NewMetrics makes a registry of its own, so that tests may have several.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: "http_requests_total", Help: "Answered requests."}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(
			prometheus.HistogramOpts{Name: "http_request_duration_seconds", Help: "Time until the answer."}, []string{"method", "route"}),
	}
	m.registry.MustRegister(m.requests, m.duration, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Echo's spelling of the contract's parameters.
var templates = strings.NewReplacer(":sku", "{sku}", ":id", "{id}")

// observe counts an answer and returns the route's template.
func (m *Metrics) observe(v middleware.RequestLoggerValues) (route string) {
	route, method := "unmatched", v.Method
	if v.RoutePath != "" {
		route = templates.Replace(v.RoutePath)
	}
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
	default:
		method = "other" // clients may invent methods, and each would be a new series
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(v.Status)).Inc()
	m.duration.WithLabelValues(method, route).Observe(v.Latency.Seconds())
	return route
}

// Handler writes the text format 0.0.4.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true})
}
