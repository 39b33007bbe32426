package example.shop.platform.web;

final class CachePolicy {

	private CachePolicy() {
	}

	/**
	 * The Cache-Control of a path (HTTP-7), for errors too.
	 */
	static String of(String path) {
		if (path.startsWith("/products") || path.equals("/openapi.yaml")) {
			return "no-cache";
		}
		if (path.startsWith("/orders") || path.startsWith("/admin/orders")) {
			return "private, no-cache";
		}
		return "no-store";
	}

}
