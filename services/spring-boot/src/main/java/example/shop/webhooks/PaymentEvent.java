package example.shop.webhooks;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.CodePointLength;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a webhook sends.
 *
 * @param data a {@link Payment}, if the type means one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record PaymentEvent(@NotNull @CodePointLength(min = 1, max = 100) String type,
		@JsonSetter(nulls = Nulls.SKIP) @Nullable JsonNode data) {
}
