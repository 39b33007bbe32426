package example.shop.platform.json;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code spring.jackson} in application.yaml cannot say of strict JSON.
 */
@Configuration(proxyBeanMethods = false)
public class JsonConfiguration {

	@Bean
	public static JsonMapperBuilderCustomizer strictValues() {
		SimpleModule module = new SimpleModule("strict");
		module.addDeserializer(String.class, new Text());
		module.addDeserializer(ObjectNode.class, new Tree());
		module.setDeserializerModifier(new ValueDeserializerModifier() {
			@Override
			public ValueDeserializer<?> modifyDeserializer(DeserializationConfig config,
					BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
				return new NotNull(deserializer);
			}
		});
		return (builder) -> builder.addModule(module);
	}

	/**
	 * A string is nothing but a JSON string, and one that the database can store.
	 */
	private static final class Text extends StdScalarDeserializer<String> {

		private Text() {
			super(String.class);
		}

		@Override
		public String deserialize(JsonParser parser, DeserializationContext context) {
			if (!parser.hasToken(JsonToken.VALUE_STRING)) {
				return (String) context.handleUnexpectedToken(String.class, parser);
			}
			String text = parser.getString();
			if (!Texts.isStorable(text)) {
				throw new StreamReadException(parser, "U+0000 or half a surrogate pair");
			}
			return text;
		}

	}

	/**
	 * An object that stays one. Modifiers do not see trees, so it tells null from absent
	 * by itself.
	 */
	private static final class Tree extends StdScalarDeserializer<ObjectNode> {

		private Tree() {
			super(ObjectNode.class);
		}

		@Override
		public ObjectNode deserialize(JsonParser parser, DeserializationContext context) {
			return (ObjectNode) (parser.hasToken(JsonToken.START_OBJECT) ? context.readTree(parser)
					: context.handleUnexpectedToken(ObjectNode.class, parser));
		}

		@Override
		public Object getNullValue(DeserializationContext context) {
			return context.reportInputMismatch(this, "null");
		}

		@Override
		public @Nullable Object getAbsentValue(DeserializationContext context) {
			return null;
		}

	}

	/**
	 * Tells null from absent (JSON-7): null is wrong unless a member says
	 * {@code @JsonSetter(nulls = Nulls.SKIP)}.
	 */
	private static final class NotNull extends DelegatingDeserializer {

		private NotNull(ValueDeserializer<?> delegate) {
			super(delegate);
		}

		@Override
		protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
			return new NotNull(delegate);
		}

		@Override
		public Object getNullValue(DeserializationContext context) {
			return context.reportInputMismatch(this, "null");
		}

		@Override
		public @Nullable Object getAbsentValue(DeserializationContext context) {
			return null;
		}

	}

}
