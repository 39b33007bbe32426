package example.shop.platform.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;

import org.springframework.boot.jackson.JacksonComponent;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * The contract's one form of a time: UTC, exactly three digits of a second, {@code Z}.
 */
@JacksonComponent
class Timestamps {

	private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
		.withResolverStyle(ResolverStyle.STRICT)
		.withZone(ZoneOffset.UTC);

	static class Serializer extends ValueSerializer<Instant> {

		@Override
		public void serialize(Instant time, JsonGenerator generator, SerializationContext context) {
			generator.writeString(FORMAT.format(time));
		}

	}

	/**
	 * Takes the years 2000 to 2999.
	 */
	static class Deserializer extends StdScalarDeserializer<Instant> {

		Deserializer() {
			super(Instant.class);
		}

		@Override
		public Instant deserialize(JsonParser parser, DeserializationContext context) {
			String text = context.readValue(parser, String.class);
			try {
				if (text.startsWith("2")) {
					return Instant.from(FORMAT.parse(text));
				}
			}
			catch (DateTimeException ex) {
				// no date
			}
			return (Instant) context.handleWeirdStringValue(Instant.class, text, "no time");
		}

	}

}
