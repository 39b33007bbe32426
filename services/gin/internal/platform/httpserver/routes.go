package httpserver

import (
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

const unmatched = "unmatched"

// routeNames finds the template of a request's path, also where Gin does not tell it: on 405 c.FullPath() is empty.
type routeNames struct{ templates func() []string }

func newRouteNames(engine *gin.Engine) routeNames {
	return routeNames{sync.OnceValue(func() []string { // at the first request, when all routes are registered
		var templates []string
		for _, route := range engine.Routes() {
			if !slices.Contains(templates, route.Path) {
				templates = append(templates, route.Path)
			}
		}
		slices.SortStableFunc(templates, func(a, b string) int { // literal paths first
			return strings.Count(a, ":") - strings.Count(b, ":")
		})
		return templates
	})}
}

// of returns the template in the contract's spelling, /products/{sku}, or "unmatched".
func (r routeNames) of(c *gin.Context) string {
	template := c.FullPath()
	if template == "" {
		path := strings.Split(c.Request.URL.EscapedPath(), "/")
		i := slices.IndexFunc(r.templates(), func(t string) bool { return matches(strings.Split(t, "/"), path) })
		if i < 0 {
			return unmatched
		}
		template = r.templates()[i]
	}
	if !strings.Contains(template, ":") {
		return template
	}
	segments := strings.Split(template, "/")
	for i, segment := range segments {
		if name, ok := strings.CutPrefix(segment, ":"); ok {
			segments[i] = "{" + name + "}"
		}
	}
	return strings.Join(segments, "/")
}

func matches(template, path []string) bool {
	return slices.EqualFunc(template, path, func(t, p string) bool {
		return t == p || (strings.HasPrefix(t, ":") && p != "")
	})
}
