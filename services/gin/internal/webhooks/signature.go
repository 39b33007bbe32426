package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const maxClockSkew = 300 // seconds

var (
	idPattern        = regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`)
	timestampPattern = regexp.MustCompile(`^[1-9][0-9]{0,11}$`)
)

// verify tells whether the three webhook headers fit the body as received; id is the event's.
func verify(secret []byte, header http.Header, body []byte, now time.Time) (id string, ok bool) {
	for _, name := range []string{"Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"} {
		if len(header[name]) != 1 {
			return "", false
		}
	}
	id, timestamp := header.Get("Webhook-Id"), header.Get("Webhook-Timestamp")
	if !idPattern.MatchString(id) || !timestampPattern.MatchString(timestamp) {
		return "", false
	}
	seconds, _ := strconv.ParseInt(timestamp, 10, 64) // twelve digits at most
	if age := now.Unix() - seconds; age < -maxClockSkew || age > maxClockSkew {
		return "", false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for token := range strings.SplitSeq(header.Get("Webhook-Signature"), " ") {
		// The texts are compared: decoding would let other spellings of the same bytes pass.
		if hmac.Equal([]byte(token), expected) {
			return id, true
		}
	}
	return "", false
}
