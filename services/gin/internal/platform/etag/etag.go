// Package etag makes and compares the entity tags of versioned resources.
package etag

import (
	"net/http"
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

func matches(values []string, equal func(candidate string) bool) bool {
	list := strings.Join(values, ",")
	if strings.Trim(list, " \t") == "*" {
		return true
	}
	tags, ok := parse(list)
	return ok && slices.ContainsFunc(tags, equal)
}

// parse splits a list of tags, each with its W/ and quotes. A tag may hold commas, so splitting at them is not enough.
func parse(list string) (tags []string, ok bool) {
	for {
		list = strings.TrimLeft(list, " \t,")
		if list == "" {
			return tags, true
		}
		start := strings.Index(list, `"`)
		if start < 0 || (list[:start] != "" && list[:start] != "W/") {
			return nil, false
		}
		length := strings.IndexFunc(list[start+1:], func(r rune) bool { return r == '"' || r <= ' ' || r == 0x7f })
		end := start + 1 + length
		if length < 0 || list[end] != '"' {
			return nil, false
		}
		tags = append(tags, list[:end+1])
		list = strings.TrimLeft(list[end+1:], " \t")
		if list != "" && list[0] != ',' {
			return nil, false
		}
	}
}
