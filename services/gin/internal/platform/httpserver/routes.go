package httpserver

import (
	"regexp"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

var parameter = regexp.MustCompile(`:(\w+)`)

type routeName struct {
	name string
	form *regexp.Regexp
}

// routeNames gives the template of a request's path in the contract's spelling, /products/{sku}, or "unmatched". On a 405
// c.FullPath() is empty, so that it looks for a route that fits.
func routeNames(engine *gin.Engine) func(*gin.Context) string {
	templates := sync.OnceValue(func() map[string]routeName { // at the first request, when all routes are registered
		all := map[string]routeName{}
		for _, route := range engine.Routes() {
			form := "^" + parameter.ReplaceAllString(route.Path, "[^/]+") + "$"
			all[route.Path] = routeName{parameter.ReplaceAllString(route.Path, "{$1}"), regexp.MustCompile(form)}
		}
		return all
	})
	return func(c *gin.Context) string {
		if path := c.FullPath(); path != "" {
			return templates()[path].name
		}
		fitting := "unmatched"
		for path, template := range templates() {
			// Of two that fit the literal path is the one.
			if template.form.MatchString(c.Request.URL.EscapedPath()) && (fitting == "unmatched" || !strings.Contains(path, ":")) {
				fitting = template.name
			}
		}
		return fitting
	}
}
