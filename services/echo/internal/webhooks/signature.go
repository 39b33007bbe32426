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

const tolerance = 300 // seconds

var (
	idForm        = regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`)
	timestampForm = regexp.MustCompile(`^[1-9][0-9]{0,11}$`)
)

// verify tells whether the payment provider has signed the body just now, and the id that it gave the event.
func verify(secret []byte, header http.Header, body []byte, now time.Time) (id string, genuine bool) {
	ids, timestamps, signatures := header.Values("webhook-id"), header.Values("webhook-timestamp"), header.Values("webhook-signature")
	if len(ids) != 1 || len(timestamps) != 1 || len(signatures) != 1 || !idForm.MatchString(ids[0]) || !timestampForm.MatchString(timestamps[0]) {
		return "", false
	}
	seconds, err := strconv.ParseInt(timestamps[0], 10, 64)
	if err != nil || seconds < now.Unix()-tolerance || seconds > now.Unix()+tolerance {
		return "", false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(ids[0] + "." + timestamps[0] + "."))
	mac.Write(body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for token := range strings.SplitSeq(signatures[0], " ") {
		genuine = hmac.Equal([]byte(token), expected) || genuine
	}
	return ids[0], genuine
}
