package example.shop.platform.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Type;

import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

import example.shop.platform.json.StrictReader;
import example.shop.platform.problem.Problem;

/**
 * Bounds each {@code @RequestBody}, which Tomcat does for forms alone.
 */
@ControllerAdvice
class BodyAdvice extends RequestBodyAdviceAdapter {

	static final int LIMIT = 65_536;

	@Override
	public boolean supports(MethodParameter parameter, Type type,
			Class<? extends HttpMessageConverter<?>> converterType) {
		return true;
	}

	@Override
	public HttpInputMessage beforeBodyRead(HttpInputMessage message, MethodParameter parameter, Type type,
			Class<? extends HttpMessageConverter<?>> converterType) throws IOException {
		byte[] body = message.getBody().readNBytes(LIMIT + 1);
		if (body.length > LIMIT) {
			throw Problem.BODY_TOO_LARGE.exception();
		}
		if (JacksonJsonHttpMessageConverter.class.isAssignableFrom(converterType)) {
			StrictReader.checkText(body);
		}
		return new BoundedMessage(new ByteArrayInputStream(body), message.getHeaders());
	}

	private record BoundedMessage(ByteArrayInputStream body, HttpHeaders headers) implements HttpInputMessage {

		@Override
		public ByteArrayInputStream getBody() {
			return this.body;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

}
