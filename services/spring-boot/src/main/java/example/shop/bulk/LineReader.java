package example.shop.bulk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Splits a text at LF alone (BULK-1). A {@code BufferedReader} would also split at a lone
 * CR, and decode before anybody has judged the bytes.
 */
class LineReader {

	private static final int MAX_BYTES = 1024 * 1024;

	private final InputStream source;

	private final byte[] buffer = new byte[16_384];

	private int position;

	private int end;

	LineReader(InputStream source) {
		this.source = source;
	}

	/**
	 * The next line without its end, or null at the end of the text.
	 * @throws LineTooLongException for a line of more than a mebibyte; the one behind it
	 * can be read
	 */
	byte @Nullable [] next() throws IOException, LineTooLongException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		boolean ended = false;
		boolean any = false;
		while (!ended && fill()) {
			any = true;
			int start = this.position;
			while (this.position < this.end && this.buffer[this.position] != '\n') {
				this.position++;
			}
			ended = this.position < this.end;
			if (line.size() <= MAX_BYTES + 1) { // of a longer line nothing more is needed
				line.write(this.buffer, start, this.position - start);
			}
			this.position += ended ? 1 : 0;
		}
		if (!any) {
			return null;
		}
		byte[] bytes = line.toByteArray();
		int length = bytes.length;
		if (ended && length > 0 && bytes[length - 1] == '\r') {
			length--;
		}
		if (length > MAX_BYTES) {
			throw new LineTooLongException();
		}
		return (length == bytes.length) ? bytes : Arrays.copyOf(bytes, length);
	}

	private boolean fill() throws IOException {
		if (this.position == this.end) {
			this.position = 0;
			this.end = Math.max(this.source.read(this.buffer), 0);
		}
		return this.end > 0;
	}

	static class LineTooLongException extends Exception {

		private static final long serialVersionUID = 1L;

	}

}
