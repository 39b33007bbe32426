package httpserver

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

var parameter = regexp.MustCompile(`:(\w+)`)

// routeNames gives the template of a request's path in the contract's spelling, /products/{sku}, or "unmatched". On a 405
// c.FullPath() is empty, so that it looks for the first route that fits.
func routeNames(engine *gin.Engine) func(*gin.Context) string {
	type template struct {
		path, name string
		form       *regexp.Regexp
	}
	templates := sync.OnceValue(func() (all []template) { // at the first request, when all routes are registered
		for _, route := range engine.Routes() {
			all = append(all, template{
				route.Path, parameter.ReplaceAllString(route.Path, "{$1}"),
				regexp.MustCompile("^" + parameter.ReplaceAllString(route.Path, "[^/]+") + "$"),
			})
		}
		slices.SortStableFunc(all, func(a, b template) int { // literal paths first
			return cmp.Compare(strings.Count(a.path, ":"), strings.Count(b.path, ":"))
		})
		return all
	})
	return func(c *gin.Context) string {
		path, asked := c.FullPath(), c.Request.URL.EscapedPath()
		for _, t := range templates() {
			if t.path == path || (path == "" && t.form.MatchString(asked)) {
				return t.name
			}
		}
		return "unmatched"
	}
}
