package example.shop.platform.web;

import java.io.InputStream;

/**
 * A body that is read piece by piece. It is no {@link InputStream} itself, or Spring
 * would give the handler Tomcat's, which has no bounds.
 */
public record StreamedBody(InputStream stream) {
}
