package example.shop.bulk;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import example.shop.bulk.BulkRepository.ImportResult;
import example.shop.catalog.Product;

@Service
class BulkService {

	private static final int BATCH_BYTES = 256 * 1024;

	private final BulkRepository products;

	BulkService(BulkRepository products) {
		this.products = products;
	}

	/**
	 * Upserts all rows or none, some 256 KiB in one statement. Every import takes its
	 * locks in order of sku, so that two of them cannot deadlock.
	 */
	@Transactional
	ImportResult upsert(SortedMap<String, byte[]> rows) {
		ImportResult result = new ImportResult(0, 0, rows.size());
		ByteArrayOutputStream batch = new ByteArrayOutputStream();
		for (byte[] row : rows.values()) {
			batch.write((batch.size() == 0) ? '[' : ',');
			batch.writeBytes(row);
			if (batch.size() >= BATCH_BYTES) {
				result = result.plus(upsert(batch));
				batch.reset();
			}
		}
		return (batch.size() > 0) ? result.plus(upsert(batch)) : result;
	}

	private ImportResult upsert(ByteArrayOutputStream batch) {
		batch.write(']');
		return this.products.upsert(batch.toString(StandardCharsets.UTF_8));
	}

	@Transactional(readOnly = true)
	void forEachProduct(Consumer<Product> consumer) {
		try (Stream<Product> all = this.products.streamAll()) {
			all.forEach(consumer);
		}
	}

}
