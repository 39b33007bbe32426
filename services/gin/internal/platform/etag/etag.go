// Package etag makes and compares the entity tags of versioned resources.
package etag

import (
	"net/http"
	"strconv"
	"strings"
)

// Of is the strong tag of a version: 7 gives "7" in quotes.
func Of(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// NoneMatch tells whether the request's If-None-Match names the tag, so that 304 is the answer. Tags are compared
// weakly; a header that cannot be parsed matches nothing.
func NoneMatch(header http.Header, tag string) bool {
	value := strings.Join(header.Values("If-None-Match"), ",")
	if strings.Trim(value, " \t") == "*" {
		return true
	}
	tags, ok := parse(value)
	if !ok {
		return false
	}
	for _, candidate := range tags {
		if strings.TrimPrefix(candidate, "W/") == tag {
			return true
		}
	}
	return false
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
