package example.shop.platform.web;

import java.io.IOException;
import java.util.Collections;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.util.Assert;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

import example.shop.platform.json.JsonObject;
import example.shop.platform.json.StrictJson;
import example.shop.platform.problem.Problem;

/**
 * Resolves {@link Body}: media type 415, size 413, syntax 400 (HTTP-1). A
 * {@code consumes} on the mapping would answer 415 before anybody asked for the token.
 */
class BodyResolver implements HandlerMethodArgumentResolver {

	private static final String MERGE_PATCH = "application/merge-patch+json";

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(Body.class);
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) throws IOException {
		Body body = parameter.getParameterAnnotation(Body.class);
		HttpServletRequest request = webRequest.getNativeRequest(HttpServletRequest.class);
		Assert.state(body != null && request != null, "no servlet request");
		checkType(request, body.value());
		if (request.getContentLengthLong() > body.limit()) {
			throw Problem.BODY_TOO_LARGE.exception();
		}
		BoundedStream stream = new BoundedStream(request.getInputStream(), body.limit());
		if (parameter.getParameterType() == StreamedBody.class) {
			return new StreamedBody(stream);
		}
		byte[] bytes = stream.readAllBytes();
		return (parameter.getParameterType() == JsonObject.class) ? StrictJson.parse(bytes) : bytes;
	}

	private static void checkType(HttpServletRequest request, String mediaType) {
		if (mediaType.equals(MediaType.ALL_VALUE)) {
			return;
		}
		// All lines of a header: of several, a proxy may go by another one than this
		// service.
		List<String> types = Collections.list(request.getHeaders(HttpHeaders.CONTENT_TYPE));
		List<String> codings = Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING));
		if (types.size() == 1 && types.getFirst().split(";", 2)[0].strip().equalsIgnoreCase(mediaType)
				&& codings.size() < 2 && codings.stream().allMatch("identity"::equalsIgnoreCase)) {
			return;
		}
		if (mediaType.equals(MERGE_PATCH)) {
			throw Problem.UNSUPPORTED_MEDIA_TYPE.exception().withHeader(HttpHeaders.ACCEPT_PATCH, mediaType);
		}
		throw Problem.UNSUPPORTED_MEDIA_TYPE.exception();
	}

}
