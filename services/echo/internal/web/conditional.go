package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v5"

	"shop.example/echo/internal/problem"
)

// SetETag names the version of what the answer is.
func SetETag(c *echo.Context, version int64) { c.Response().Header().Set("ETag", tagOf(version)) }

func tagOf(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

// NotModified tells whether the client has the version already, by a weak comparison.
func NotModified(c *echo.Context, version int64) bool {
	tag := tagOf(version)
	return anyTag(c.Request().Header.Values("If-None-Match"), func(sent string) bool { return strings.TrimPrefix(sent, "W/") == tag })
}

// RequireMatch is for changes: 428 without If-Match, 412 if it does not name the version.
func RequireMatch(c *echo.Context, version int64) error {
	sent, tag := c.Request().Header.Values("If-Match"), tagOf(version)
	if len(sent) == 0 {
		return problem.PreconditionRequired
	}
	if !anyTag(sent, func(sent string) bool { return sent == tag }) {
		return problem.PreconditionFailed
	}
	return nil
}

// An element of a list with what follows it. A tag may hold commas, so it is not enough to split the list at them.
var element = regexp.MustCompile(`^[ \t,]*((?:W/)?"[^"\x00-\x20\x7f]*")[ \t]*(?:,|$)`)

// anyTag reads If-Match or If-None-Match, of which several lines are one list. A list that cannot be read has no tag.
func anyTag(lines []string, fits func(tag string) bool) bool {
	rest := strings.Trim(strings.Join(lines, ","), " \t,")
	if rest == "*" {
		return true
	}
	var tags []string
	for rest != "" {
		found := element.FindStringSubmatch(rest)
		if found == nil {
			return false
		}
		tags, rest = append(tags, found[1]), strings.TrimLeft(rest[len(found[0]):], " \t,")
	}
	return slices.ContainsFunc(tags, fits)
}
