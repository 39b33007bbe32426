package bulk

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

const (
	maxLineBytes = 1 << 20
	readBytes    = 32 << 10
)

var errLineTooLong = errors.New("line too long")

// lineReader splits a text at LF alone. It is no bufio.Scanner: that one gives up at a line that is too long.
type lineReader struct {
	source *bufio.Reader
	line   []byte // grows with the longest line: an upload that is slow or small takes little
}

func newLineReader(source io.Reader) *lineReader {
	return &lineReader{source: bufio.NewReaderSize(source, readBytes)}
}

// next returns a line without its end; it is good until the next call. After errLineTooLong the following line can be
// read; io.EOF is the end.
func (r *lineReader) next() ([]byte, error) {
	r.line = r.line[:0]
	err := bufio.ErrBufferFull
	for errors.Is(err, bufio.ErrBufferFull) {
		var part []byte
		part, err = r.source.ReadSlice('\n')
		if len(r.line) <= maxLineBytes+len("\r") { // else it is too long already
			r.line = append(r.line, part...)
		}
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case err != nil && len(r.line) == 0:
		return nil, io.EOF
	}
	line := r.line
	if text, ended := bytes.CutSuffix(line, []byte("\n")); ended {
		line = bytes.TrimSuffix(text, []byte("\r"))
	}
	if len(line) > maxLineBytes {
		return nil, errLineTooLong
	}
	return line, nil
}
