package bulk

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

const maxLineBytes = 65536

var errLineTooLong = errors.New("line too long")

// lineReader splits a text at LF alone. It is no bufio.Scanner: that one gives up at a line that is too long.
type lineReader struct{ buffer *bufio.Reader }

func newLineReader(source io.Reader) lineReader {
	return lineReader{bufio.NewReaderSize(source, maxLineBytes+len("\r\n"))}
}

// next returns a line without its end; it is good until the next call. After errLineTooLong the following line can be
// read; io.EOF is the end.
func (r lineReader) next() ([]byte, error) {
	line, err := r.buffer.ReadSlice('\n')
	tooLong := errors.Is(err, bufio.ErrBufferFull)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.buffer.ReadSlice('\n')
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case tooLong:
		return nil, errLineTooLong
	case err != nil && len(line) == 0:
		return nil, io.EOF
	}
	if text, ended := bytes.CutSuffix(line, []byte("\n")); ended {
		line = bytes.TrimSuffix(text, []byte("\r"))
	}
	if len(line) > maxLineBytes {
		return nil, errLineTooLong
	}
	return line, nil
}
