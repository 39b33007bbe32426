package example.shop.bulk;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StreamUtils;

import example.shop.platform.problem.Problem;

/**
 * A temporary file between a client and the work that is done for it, so that a slow
 * client holds no memory, no slot and no connection of the pool.
 */
class Spool implements Closeable {

	private static final int CHUNK = 32 * 1024;

	/**
	 * Its name is gone as soon as it is open, so that no end of the process leaves it.
	 */
	private final FileChannel file = FileChannel.open(Files.createTempFile("shop-", ".ndjson"), StandardOpenOption.READ,
			StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);

	private long filled;

	private boolean complete;

	private @Nullable Exception failure;

	Spool() throws IOException {
	}

	/**
	 * Takes all that the client sends.
	 * @return the same from the beginning
	 * @throws example.shop.platform.problem.ProblemException body_too_large if it is more
	 * than the limit
	 */
	InputStream receive(InputStream client, int limit) throws IOException {
		if (StreamUtils.copyRange(client, Channels.newOutputStream(this.file), 0, limit) > limit) {
			throw Problem.BODY_TOO_LARGE.exception();
		}
		return Channels.newInputStream(this.file.position(0));
	}

	/**
	 * Sends what the work writes, while it writes. The work runs in a thread of its own
	 * and never waits for the client.
	 */
	void send(Work work, OutputStream client) throws Exception {
		Thread.ofVirtual().start(() -> run(work));
		ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
		long sent = 0;
		while (awaitMoreThan(sent)) {
			sent += this.file.read(chunk.clear(), sent);
			client.write(chunk.array(), 0, chunk.position());
			client.flush();
		}
	}

	private void run(Work work) {
		try {
			work.writeTo(new Filling());
			end(null);
		}
		catch (Exception ex) {
			end(ex);
		}
	}

	private synchronized boolean awaitMoreThan(long sent) throws Exception {
		// The file may hold more already than has been told.
		while (this.filled <= sent && !this.complete) {
			wait();
		}
		if (this.failure != null) {
			throw this.failure;
		}
		return this.filled > sent;
	}

	private synchronized void end(@Nullable Exception ex) {
		this.failure = ex;
		this.complete = true;
		notifyAll();
	}

	/**
	 * If the client is gone, the next write of the work fails.
	 */
	@Override
	public void close() throws IOException {
		this.file.close();
	}

	/**
	 * What may take a connection of the pool.
	 */
	@FunctionalInterface
	interface Work {

		void writeTo(OutputStream out) throws Exception;

	}

	private final class Filling extends OutputStream {

		@Override
		public void write(int one) throws IOException {
			write(new byte[] { (byte) one });
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
			while (left.hasRemaining()) {
				Spool.this.file.write(left);
			}
			synchronized (Spool.this) {
				Spool.this.filled += length;
				Spool.this.notifyAll();
			}
		}

	}

}
