// Package events streams what happens to stock and orders, as server-sent events.
package events

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/uptrace/bun"

	"shop.example/echo/internal/api"
	"shop.example/echo/internal/problem"
	"shop.example/echo/internal/store"
	"shop.example/echo/internal/web"
)

const (
	batch        = 500
	pollEvery    = 5 * time.Second // a hint may get lost
	readWithin   = 10 * time.Second
	writtenIn    = 10 * time.Second
	reconnection = "retry: 2000\n\n"
)

// Events has the feature's operation.
type Events struct {
	db   *bun.DB
	hub  *Hub
	ping time.Duration // between two comments that keep a stream alive
}

// New makes the feature.
func New(db *bun.DB, hub *Hub, ping time.Duration) *Events { return &Events{db, hub, ping} }

// Open is a middleware's Skipper: all but a stream of orders may be read without a token.
func Open(c *echo.Context) bool { return c.QueryParam("topic") != string(api.Orders) }

// StreamEvents sends events until the client leaves, the service ends, or the hub's connection is lost.
func (h *Events) StreamEvents(c *echo.Context, query api.StreamEventsParams) error {
	s := stream{db: h.db, topic: string(query.Topic)}
	if query.Topic == api.Orders {
		caller := web.CallerOf(c)
		if caller.ID == "" {
			return problem.Unauthenticated
		}
		if !caller.IsAdmin() {
			s.owner = caller.ID
		}
	}
	last, err := lastEventID(c.Request().Header.Values("Last-Event-ID"))
	if err != nil {
		return err
	}
	if c.Request().Method == http.MethodHead {
		writeHeader(c)
		return nil
	}
	follower, err := h.hub.follow(c.Request().Context(), s.topic)
	if err != nil {
		return fmt.Errorf("%w: %w", problem.ServiceUnavailable, err)
	}
	defer h.hub.leave(follower)
	if s.last, err = s.begin(c.Request().Context(), last); err != nil {
		return err
	}
	writeHeader(c)
	if err := h.send(c, &s, follower); err != nil {
		c.Logger().Debug("stream ended", "error", err) // the client has left, or resumes
	}
	return nil
}

func writeHeader(c *echo.Context) {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "text/event-stream")
	header.Set("X-Accel-Buffering", "no") // proxies must not hold the stream back
	c.Response().WriteHeader(http.StatusOK)
}

func (h *Events) send(c *echo.Context, s *stream, follower *follower) error {
	connection := http.NewResponseController(c.Response())
	write := func(text []byte) error {
		_ = connection.SetWriteDeadline(time.Now().Add(writtenIn))
		if _, err := c.Response().Write(text); err != nil {
			return err
		}
		return connection.Flush()
	}
	if err := write([]byte(reconnection)); err != nil {
		return err
	}
	ping, poll := time.NewTicker(h.ping), time.NewTicker(pollEvery)
	defer ping.Stop()
	defer poll.Stop()
	for {
		text, err := s.next(c.Request().Context())
		if err != nil {
			return err
		}
		if len(text) > 0 {
			if err := write(text); err != nil {
				return err
			}
			continue // there may be more
		}
		for waiting := true; waiting; {
			select {
			case <-follower.hint:
				waiting = false
			case <-poll.C:
				waiting = false
			case <-ping.C:
				if err := write([]byte(": ping\n\n")); err != nil {
					return err
				}
			case <-follower.gone:
				return nil
			}
		}
	}
}

var lastEventIDForm = regexp.MustCompile(`^[0-9]{1,18}$`)

// lastEventID is nil for a stream that begins now.
func lastEventID(lines []string) (*int64, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	if len(lines) > 1 || !lastEventIDForm.MatchString(lines[0]) {
		return nil, problem.InvalidHeader
	}
	id, err := strconv.ParseInt(lines[0], 10, 64)
	return &id, err
}

// stream is what one client follows, and how far it got. It holds a connection of the pool only while it reads.
type stream struct {
	db           *bun.DB
	topic, owner string // of the orders; "" for all
	last         int64
}

// begin is the position after which the stream begins.
func (s *stream) begin(ctx context.Context, sent *int64) (last int64, err error) {
	if sent != nil {
		return *sent, nil
	}
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	err = s.db.NewSelect().Model((*store.Event)(nil)).ColumnExpr("coalesce(max(id), 0)").Scan(ctx, &last)
	return last, err
}

// next is the text of the events that follow.
func (s *stream) next(ctx context.Context) (text []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	var events []store.Event
	q := s.db.NewSelect().Model(&events).Where("topic = ?", s.topic).Where("id > ?", s.last).OrderExpr("id").Limit(batch)
	if s.owner != "" {
		q.Where("user_id = ?", s.owner)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	for _, event := range events {
		text = fmt.Appendf(text, "id: %d\nevent: %s\ndata: %s\n\n", event.ID, event.Type, event.Data)
		s.last = event.ID
	}
	return text, nil
}
