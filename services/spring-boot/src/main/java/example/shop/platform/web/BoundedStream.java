package example.shop.platform.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

import example.shop.platform.problem.Problem;

/**
 * A body of so many bytes at most, in so much time at most. Tomcat bounds neither: it
 * limits forms alone, and its time-out begins anew with each byte.
 */
class BoundedStream extends FilterInputStream {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final long began = System.nanoTime();

	private int left;

	BoundedStream(InputStream body, int limit) {
		super(body);
		this.left = limit;
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xFF;
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		if (System.nanoTime() - this.began > PATIENCE.toNanos()) {
			throw new SocketTimeoutException("a slow body");
		}
		int count = super.read(buffer, offset, length);
		this.left -= Math.max(count, 0);
		if (this.left < 0) {
			throw Problem.BODY_TOO_LARGE.exception();
		}
		return count;
	}

}
