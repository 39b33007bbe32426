package events

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"shop.example/gin/internal/store"
)

func TestHub(t *testing.T) {
	hub := NewHub(nil, slog.New(slog.DiscardHandler))
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := hub.listening(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("before the first session: %v", err)
	}

	first, end := context.WithCancel(t.Context())
	found := make(chan context.Context)
	go func() {
		session, _ := hub.listening(t.Context())
		found <- session
	}()
	hub.begin(first)
	if <-found != first {
		t.Error("whoever waits for a session gets another one")
	}
	end()
	hub.begin(t.Context())
	if session, err := hub.listening(t.Context()); session != t.Context() || err != nil {
		t.Errorf("after a lost session: %v", err)
	}

	stock, orders := hub.hint(topicStock), hub.hint(topicOrders)
	hub.wake("unknown")
	hub.wake(topicStock)
	select {
	case <-stock:
	default:
		t.Error("the hint is lost")
	}
	select {
	case <-orders:
		t.Error("a hint for another topic")
	case <-hub.hint(topicStock):
		t.Error("a hint counts twice")
	default:
	}
}

func TestFormat(t *testing.T) {
	got := format([]store.Event{{ID: 7, Type: "stock.changed", Data: `{"stock" : 1}`}, {ID: 9, Type: "order.changed", Data: "{}"}})
	if want := "id: 7\nevent: stock.changed\ndata: {\"stock\" : 1}\n\nid: 9\nevent: order.changed\ndata: {}\n\n"; got != want {
		t.Errorf("got %q", got)
	}
}
