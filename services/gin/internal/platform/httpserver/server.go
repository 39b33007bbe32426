package httpserver

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	shutdownGrace  = 8 * time.Second // of the ten that the contract gives
	lingerFor      = 5 * time.Second
	silence        = 100 * time.Millisecond
	maxHeaderBytes = 16 << 10
)

type connectionKey struct{}

// LimitWriteBuffer lets the kernel take only so many bytes that the client has not read. By itself it takes megabytes, and
// whoever reads those slowly seems to have stopped.
func LimitWriteBuffer(r *http.Request, bytes int) {
	if connection, ok := r.Context().Value(connectionKey{}).(lingering); ok {
		_ = connection.SetWriteBuffer(bytes)
	}
}

// lingerer accepts connections that linger.
type lingerer struct{ net.Listener }

func (l lingerer) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return lingering{connection.(*net.TCPConn)}, nil
}

// lingering takes in what a client still sends after an early answer, before net/http ends the connection. A proxy takes an
// end in the middle of a request for a failure, and loses the answer that came before.
type lingering struct{ *net.TCPConn }

// CloseWrite is what net/http calls when a body was not read to its end.
func (c lingering) CloseWrite() error {
	for end := time.Now().Add(lingerFor); time.Now().Before(end); {
		_ = c.SetReadDeadline(time.Now().Add(silence))
		if _, err := io.CopyN(io.Discard, c.TCPConn, 16<<10); err != nil {
			break // nobody sends any more
		}
	}
	return c.TCPConn.CloseWrite()
}

// Serve answers requests until ctx ends, then lets running ones finish, as far as their clients let them.
func Serve(ctx context.Context, address string, handler http.Handler, logger *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeaderBytes,
		ConnContext: func(ctx context.Context, connection net.Conn) context.Context {
			return context.WithValue(ctx, connectionKey{}, connection)
		},
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	logger.Info("listening", "address", listener.Addr().String())

	failed := make(chan error, 1)
	go func() { failed <- server.Serve(lingerer{listener}) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	logger.Info("shutting down")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil { // a client does not end its body, or does not read
		logger.Warn("cutting what still runs", "error", err)
		return server.Close()
	}
	return nil
}
