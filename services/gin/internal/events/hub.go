package events

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	topicStock  = "stock"
	topicOrders = "orders"

	reconnectAfter = time.Second
	listenWithin   = time.Second // how long a new stream waits for the hub's connection
)

// Hub has the process's one LISTEN connection, which is not of the pool, and wakes the streams that wait for a topic.
type Hub struct {
	pool   *pgxpool.Pool // for its settings alone
	logger *slog.Logger

	mu      sync.Mutex
	session context.Context          // ends with the connection
	changed map[string]chan struct{} // by topic; "" is a new session; closed by the next change
}

// NewHub makes a hub that connects in Run.
func NewHub(pool *pgxpool.Pool, logger *slog.Logger) *Hub {
	none, end := context.WithCancel(context.Background())
	end()
	return &Hub{pool: pool, logger: logger, session: none, changed: map[string]chan struct{}{
		"": make(chan struct{}), topicStock: make(chan struct{}), topicOrders: make(chan struct{}),
	}}
}

// Run listens, again and again if the connection is lost, until ctx ends. With the connection all its streams end: their
// clients resume, and what was notified in between is in the table.
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
	connection, err := pgx.ConnectConfig(ctx, h.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	if _, err := connection.Exec(ctx, "LISTEN shop_events"); err != nil {
		return err
	}
	session, end := context.WithCancel(ctx)
	defer end()
	h.begin(session)
	for {
		notification, err := connection.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		topic, _, _ := strings.Cut(notification.Payload, ":")
		h.mu.Lock()
		h.wake(topic)
		h.mu.Unlock()
	}
}

func (h *Hub) begin(session context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.session = session
	h.wake("")
}

// wake tells all that wait; the caller holds the lock.
func (h *Hub) wake(topic string) {
	if waiting, known := h.changed[topic]; known {
		close(waiting)
		h.changed[topic] = make(chan struct{})
	}
}

// listening waits until LISTEN is active, and returns a context that ends with that connection.
func (h *Hub) listening(ctx context.Context) (context.Context, error) {
	ctx, cancel := context.WithTimeout(ctx, listenWithin)
	defer cancel()
	for {
		h.mu.Lock()
		session, changed := h.session, h.changed[""]
		h.mu.Unlock()
		if session.Err() == nil {
			return session, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// hint is closed when something happens to the topic from now on. Take it before reading the table.
func (h *Hub) hint(topic string) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changed[topic]
}
