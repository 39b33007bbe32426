package example.shop.platform.json;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;

import org.springframework.boot.jackson.JacksonComponent;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * The contract's one form of a time: UTC, exactly three digits of a second, {@code Z}.
 */
@JacksonComponent
class Timestamps extends ValueSerializer<Instant> {

	static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
		.withResolverStyle(ResolverStyle.STRICT)
		.withZone(ZoneOffset.UTC);

	@Override
	public void serialize(Instant time, JsonGenerator generator, SerializationContext context) {
		generator.writeString(FORMAT.format(time));
	}

}
