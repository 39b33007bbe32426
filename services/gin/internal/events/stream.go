// Package events streams what happens to stock and orders, as server-sent events.
package events

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"shop.example/gin/internal/platform/auth"
	"shop.example/gin/internal/platform/bind"
	"shop.example/gin/internal/platform/database"
	"shop.example/gin/internal/platform/httpserver"
	"shop.example/gin/internal/platform/problem"
	"shop.example/gin/internal/store"
)

const (
	batch         = 500
	pollEvery     = 5 * time.Second // a hint may get lost
	readWithin    = 10 * time.Second
	writeDeadline = 10 * time.Second
)

var lastEventID = regexp.MustCompile(`^[0-9]{1,18}$`)

type handler struct {
	db     *database.DB
	hub    *Hub
	tokens auth.Tokens
	ping   time.Duration // between two comments that keep a stream alive
}

// RegisterRoutes adds the feature's operation; routes may not have a timeout.
func RegisterRoutes(routes *gin.RouterGroup, db *database.DB, hub *Hub, tokens auth.Tokens, ping time.Duration) {
	h := &handler{db, hub, tokens, ping}
	routes.Match(httpserver.Reading, "/events", httpserver.Handle(h.streamEvents))
}

type streamQuery struct {
	Topic string `form:"topic" binding:"required,oneof=stock orders"`
}

// stream is what one client follows, and how far it got.
type stream struct {
	topic string
	owner string // of the orders; "" for all
	last  int64
}

func (h *handler) streamEvents(c *gin.Context) error {
	s, resumed, err := h.open(c)
	if err != nil {
		return err
	}
	if c.Request.Method == http.MethodHead {
		writeHeader(c)
		return nil
	}
	// The stream ends with the LISTEN connection, and not when net/http has read the end of what the client sends: that may
	// have closed its half of the connection alone. One that has left is found by the next pings.
	session, err := h.hub.listening(context.WithoutCancel(c.Request.Context()))
	if err != nil {
		return err
	}
	if !resumed {
		if s.last, err = h.newest(session); err != nil {
			return err
		}
	}
	writeHeader(c)
	if err := h.follow(session, c.Writer, s); session.Err() == nil {
		return err
	}
	return nil // the service ends, or the connection is lost: clients resume
}

func writeHeader(c *gin.Context) {
	c.Header("Content-Type", "text/event-stream")
	c.Header("X-Accel-Buffering", "no") // proxies must not hold the stream back
}

// open checks the request: the token that a topic needs, then the query, then where to begin.
func (h *handler) open(c *gin.Context) (s stream, resumed bool, err error) {
	if c.Query("topic") == topicOrders {
		if err := h.tokens.Identify(c); err != nil {
			return s, false, err
		}
		if user := auth.Caller(c); !user.IsAdmin() {
			s.owner = user.ID
		}
	}
	var request streamQuery
	if err := c.ShouldBindWith(&request, bind.Query); err != nil {
		return s, false, err
	}
	s.topic = request.Topic
	sent := c.Request.Header.Values("Last-Event-ID")
	if len(sent) == 0 {
		return s, false, nil
	}
	if len(sent) > 1 || !lastEventID.MatchString(sent[0]) {
		return s, false, problem.InvalidHeader
	}
	s.last, err = strconv.ParseInt(sent[0], 10, 64) // eighteen digits fit
	return s, true, err
}

// follow sends events until ctx ends or something fails. It holds a pool connection only while it reads.
func (h *handler) follow(ctx context.Context, w http.ResponseWriter, s stream) error {
	connection := http.NewResponseController(w)
	send := func(text string) error {
		_ = connection.SetWriteDeadline(time.Now().Add(writeDeadline))
		_, err := io.WriteString(w, text)
		return errors.Join(err, connection.Flush())
	}
	if err := send("retry: 2000\n\n"); err != nil {
		return err
	}
	ping, poll := time.NewTicker(h.ping), time.NewTicker(pollEvery)
	defer ping.Stop()
	defer poll.Stop()
	for {
		hint := h.hub.hint(s.topic)
		for full := true; full; {
			events, err := h.read(ctx, s)
			if err != nil {
				return err
			}
			if len(events) > 0 {
				s.last = events[len(events)-1].ID
				if err := send(format(events)); err != nil {
					return err
				}
			}
			full = len(events) == batch
		}
		for waiting := true; waiting; {
			select {
			case <-hint:
				waiting = false
			case <-poll.C:
				waiting = false
			case <-ping.C:
				if err := send(": ping\n\n"); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

func (h *handler) newest(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	return h.db.LastEventID(ctx)
}

func (h *handler) read(ctx context.Context, s stream) ([]store.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	if s.owner != "" {
		return h.db.OwnOrderEvents(ctx, store.OwnOrderEventsParams{UserID: s.owner, ID: s.last, Limit: batch})
	}
	return h.db.TopicEvents(ctx, store.TopicEventsParams{Topic: s.topic, ID: s.last, Limit: batch})
}

func format(events []store.Event) string {
	var text strings.Builder
	for _, e := range events {
		fmt.Fprintf(&text, "id: %d\nevent: %s\ndata: %s\n\n", e.ID, e.Type, e.Data)
	}
	return text.String()
}
