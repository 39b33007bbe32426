package example.shop.platform;

/**
 * Forms of text that several features share, for {@code @Pattern}, which means the whole
 * text, and for the variables of paths: a path whose sku or id has another form matches
 * no handler.
 */
public final class Patterns {

	public static final String UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

	public static final String SKU = "[A-Z0-9][A-Z0-9-]{0,31}";

	public static final String CATEGORY = "[a-z0-9-]{1,40}";

	public static final String SKU_IN_PATH = "/{sku:" + SKU + "}";

	public static final String ID_IN_PATH = "/{id:" + UUID + "}";

	private Patterns() {
	}

}
