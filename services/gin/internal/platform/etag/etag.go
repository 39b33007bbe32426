// Package etag makes and compares the entity tags of versioned resources.
package etag

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/problem"
)

// Of is the strong tag of a version: 7 gives "7" in quotes.
func Of(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// NotModified answers with 304 if the request's If-None-Match names the version. Tags are compared weakly; a header that
// cannot be parsed matches nothing.
func NotModified(c *gin.Context, version int64) bool {
	tag := Of(version)
	if !matches(c.Request.Header.Values("If-None-Match"), func(candidate string) bool { return strings.TrimPrefix(candidate, "W/") == tag }) {
		return false
	}
	c.Header("ETag", tag)
	c.Status(http.StatusNotModified)
	return true
}

// Match checks the If-Match that a change requires, by strong comparison. The error is problem.PreconditionRequired if
// there is none, problem.PreconditionFailed if it names another version or cannot be parsed.
func Match(c *gin.Context, version int64) error {
	values, tag := c.Request.Header.Values("If-Match"), Of(version)
	switch {
	case len(values) == 0:
		return problem.PreconditionRequired
	case !matches(values, func(candidate string) bool { return candidate == tag }):
		return problem.PreconditionFailed
	}
	return nil
}

// A tag may hold commas, so splitting a list at them is not enough. Empty elements are skipped.
var (
	tags = regexp.MustCompile(`(?:W/)?"[^"\x00-\x20\x7f]*"`)
	list = regexp.MustCompile(`^[ \t,]*(?:` + tags.String() + `[ \t]*(?:,[ \t,]*|$))*$`)
)

func matches(values []string, equal func(candidate string) bool) bool {
	sent := strings.Join(values, ",")
	if strings.Trim(sent, " \t") == "*" {
		return true
	}
	return list.MatchString(sent) && slices.ContainsFunc(tags.FindAllString(sent, -1), equal)
}
