package example.shop.platform.json;

import jakarta.validation.Configuration;
import jakarta.validation.Validation;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import example.shop.platform.problem.Violations;

/**
 * What the application's context has, without one.
 */
public final class Json {

	public static final JsonMapper MAPPER = mapper();

	private Json() {
	}

	public static StrictReader strictReader() {
		Configuration<?> configuration = Validation.byDefaultProvider().configure();
		Violations.namesOfClients().customize(configuration);
		return new StrictReader(MAPPER, configuration.buildValidatorFactory().getValidator());
	}

	private static JsonMapper mapper() {
		JsonMapper.Builder builder = JsonMapper.builder()
			.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
		JsonConfiguration.strictValues().customize(builder);
		return builder.build();
	}

}
