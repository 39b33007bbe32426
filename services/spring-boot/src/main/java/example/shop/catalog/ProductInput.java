package example.shop.catalog;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Null;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.groups.Default;
import org.hibernate.validator.constraints.CodePointLength;
import org.hibernate.validator.constraints.Range;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import example.shop.platform.Patterns;

/**
 * What a client says about a product: a new one, a changed one, or a line of an import.
 * In JSON its members have the names of the columns.
 */
public record ProductInput(@NotNull(groups = Whole.class) @Pattern(regexp = Patterns.SKU) String sku,
		@NotNull(groups = Whole.class) @CodePointLength(min = 1, max = 120) String name,
		@JsonSetter(nulls = Nulls.SKIP) @CodePointLength(max = 4000) @Nullable String description,
		@NotNull(groups = Whole.class) @Pattern(regexp = Patterns.CATEGORY) String category,
		@NotNull(groups = Whole.class) @Range(min = 1, max = 5_000_000) Long price,
		@NotNull(groups = Whole.class) @Range(min = 0, max = 5000) Integer taxRateBp,
		@Attributes(groups = Whole.class) @Attributes(groups = Patch.class,
				patch = true) @Nullable ObjectNode attributes,
		@Range(min = 0, max = ProductInput.MAX_STOCK, groups = Create.class) @Range(min = 0, max = 2_000_000_000,
				groups = Import.class) @Nullable Integer stock,
		@Null(groups = Create.class) @Nullable Boolean active) {

	/**
	 * The most that an administrator may set. Cancelled orders may lift the stock over
	 * it, and what is exported can be imported.
	 */
	public static final int MAX_STOCK = 1_000_000;

	/** All that a product has. */
	public interface Whole extends Default {

	}

	/** A new product. */
	public interface Create extends Whole {

	}

	/** A line of an import. */
	public interface Import extends Whole {

	}

	/** A merge patch. */
	public interface Patch extends Default {

	}

}
