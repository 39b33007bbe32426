package example.shop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The inputs and right answers of {@code contract/vectors}, which all services share.
 */
public final class Vectors {

	private static final JsonMapper JSON = JsonMapper.builder()
		.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private Vectors() {
	}

	public static <T> T read(String file, Class<T> type) {
		try (InputStream text = Vectors.class.getResourceAsStream("/contract/vectors/" + file)) {
			return JSON.readValue(text, type);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
