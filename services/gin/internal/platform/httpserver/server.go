package httpserver

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	shutdownGrace  = 8 * time.Second // of the ten that the contract gives
	maxHeaderBytes = 16 << 10
)

type connectionKey struct{}

// LimitWriteBuffer lets the kernel take only so many bytes that the client has not read. By itself it takes megabytes, and
// whoever reads those slowly seems to have stopped.
func LimitWriteBuffer(r *http.Request, bytes int) {
	if connection, ok := r.Context().Value(connectionKey{}).(*net.TCPConn); ok {
		_ = connection.SetWriteBuffer(bytes)
	}
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
	go func() { failed <- server.Serve(listener) }()
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
