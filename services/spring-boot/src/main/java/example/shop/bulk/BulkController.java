package example.shop.bulk;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

import example.shop.bulk.BulkRepository.ImportResult;
import example.shop.platform.web.Body;
import example.shop.platform.web.StreamedBody;

@RestController
class BulkController {

	private static final String NDJSON = "application/x-ndjson";

	private static final int MAX_BODY = 10 * 1024 * 1024;

	private static final int FLUSH_ROWS = 100;

	/** Each import may take 20 MiB; see jvm.options. */
	private final Semaphore importSlots = new Semaphore(2, true);

	private final BulkRepository products;

	private final JsonMapper json;

	BulkController(BulkRepository products, JsonMapper json) {
		this.products = products;
		this.json = json;
	}

	// region importProducts
	@PostMapping("/admin/products/import")
	ImportResult importProducts(@Body(value = NDJSON, limit = MAX_BODY) StreamedBody body)
			throws IOException, InterruptedException {
		this.importSlots.acquire();
		try {
			// Everything is judged before the transaction opens.
			return this.products.upsert(new Upload(this.json).read(body.stream()));
		}
		finally {
			this.importSlots.release();
		}
	}
	// endregion

	// region exportProducts
	@GetMapping("/admin/products/export")
	void exportProducts(HttpServletResponse response) throws IOException {
		response.setContentType(NDJSON);
		OutputStream out = response.getOutputStream();
		AtomicInteger rows = new AtomicInteger();
		this.products.forEachProduct((product) -> {
			try {
				out.write(this.json.writeValueAsBytes(product));
				out.write('\n');
				if (rows.incrementAndGet() % FLUSH_ROWS == 0) {
					out.flush();
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		out.flush();
	}
	// endregion

}
