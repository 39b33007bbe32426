package example.shop.bulk;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

import example.shop.bulk.BulkRepository.ImportResult;
import example.shop.platform.problem.Problem;

@RestController
class BulkController {

	private static final String NDJSON = "application/x-ndjson";

	private static final int MAX_BODY = 10 * 1024 * 1024;

	private static final int BUFFER = 32 * 1024;

	private static final int SLOTS = 2;

	private static final int PATIENCE_SECONDS = 10;

	/** Each import may take 20 MiB; see jvm.options. */
	private final Semaphore importSlots = new Semaphore(SLOTS, true);

	/**
	 * Each export has a connection while it reads; the last of the pool is for others.
	 */
	private final Semaphore exportSlots;

	private final BulkService service;

	private final ProductLines lines;

	private final JsonMapper json;

	BulkController(BulkService service, ProductLines lines, JsonMapper json,
			@Value("${spring.datasource.hikari.maximum-pool-size}") int connections) {
		this.service = service;
		this.lines = lines;
		this.json = json;
		this.exportSlots = new Semaphore(Math.clamp(connections - 1, 1, SLOTS), true);
	}

	@PostMapping(path = "/admin/products/import", consumes = NDJSON)
	ImportResult importProducts(HttpServletRequest request) throws IOException, InterruptedException {
		if (request.getContentLengthLong() > MAX_BODY) {
			throw Problem.BODY_TOO_LARGE.exception();
		}
		try (Spool spool = new Spool()) {
			InputStream body = spool.receive(request.getInputStream(), MAX_BODY);
			this.importSlots.acquire();
			try {
				// Everything is judged before the transaction opens.
				return this.service.upsert(new Upload(this.lines).read(body));
			}
			finally {
				this.importSlots.release();
			}
		}
	}

	@GetMapping("/admin/products/export")
	void exportProducts(HttpServletResponse response) throws Exception {
		response.setContentType(NDJSON);
		try (Spool spool = new Spool()) {
			spool.send(this::writeProducts, response.getOutputStream());
		}
	}

	private void writeProducts(OutputStream file) throws IOException, InterruptedException {
		if (!this.exportSlots.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			throw Problem.SERVICE_UNAVAILABLE.exception();
		}
		try (OutputStream out = new BufferedOutputStream(file, BUFFER)) {
			this.service.forEachProduct((product) -> {
				try {
					out.write(this.json.writeValueAsBytes(product));
					out.write('\n');
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
		}
		finally {
			this.exportSlots.release();
		}
	}

}
