package events

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	reconnectAfter = time.Second
	listenWithin   = time.Second // how long a new stream waits for the hub
)

var errNotListening = errors.New("not listening to the database")

// Hub has the one LISTEN connection of the process, which is none of the pool, and wakes the streams of a topic. A hint holds
// no data, so one that comes while a stream is busy may be dropped: it looks at the table once more anyway.
type Hub struct {
	config *pgx.ConnConfig
	logger *slog.Logger

	mu        sync.Mutex
	followers map[*follower]struct{}
	listening chan struct{} // closed while LISTEN is active
}

// follower is a stream as the hub knows it.
type follower struct {
	topic string
	hint  chan struct{}
	gone  chan struct{} // closed with the hub's connection
}

// NewHub makes a hub that connects in Run.
func NewHub(config *pgx.ConnConfig, logger *slog.Logger) *Hub {
	return &Hub{config: config, logger: logger, followers: map[*follower]struct{}{}, listening: make(chan struct{})}
}

// Run listens until ctx ends, anew when the connection is lost. All streams end with a connection: clients resume, and what
// happened in between is in the table.
func (h *Hub) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := h.listen(ctx); ctx.Err() == nil {
			h.logger.Warn("not listening for events", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(reconnectAfter):
		}
	}
}

func (h *Hub) listen(ctx context.Context) error {
	connection, err := pgx.ConnectConfig(ctx, h.config)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	if _, err := connection.Exec(ctx, "LISTEN shop_events"); err != nil {
		return err
	}
	h.open()
	defer h.close()
	for {
		notification, err := connection.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		topic, _, _ := strings.Cut(notification.Payload, ":")
		h.tell(topic)
	}
}

func (h *Hub) open() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.listening)
}

func (h *Hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listening = make(chan struct{})
	for each := range h.followers {
		close(each.gone)
	}
	clear(h.followers)
}

func (h *Hub) tell(topic string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for each := range h.followers {
		if each.topic == topic {
			select {
			case each.hint <- struct{}{}:
			default:
			}
		}
	}
}

// follow adds a stream, once LISTEN is active; leave takes it away.
func (h *Hub) follow(ctx context.Context, topic string) (*follower, error) {
	ctx, cancel := context.WithTimeout(ctx, listenWithin)
	defer cancel()
	stream := &follower{topic: topic, hint: make(chan struct{}, 1), gone: make(chan struct{})}
	for {
		h.mu.Lock()
		listening := h.listening
		select {
		case <-listening:
			h.followers[stream] = struct{}{}
			h.mu.Unlock()
			return stream, nil
		default:
			h.mu.Unlock()
		}
		select {
		case <-listening:
		case <-ctx.Done():
			return nil, errors.Join(errNotListening, ctx.Err())
		}
	}
}

func (h *Hub) leave(gone *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.followers, gone)
}
