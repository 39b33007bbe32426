package example.shop.platform.web;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.WebContentInterceptor;

import example.shop.platform.security.AccessTokens;
import example.shop.platform.security.Caller;
import example.shop.platform.security.RoleInterceptor;

/**
 * Spring MVC as the contract wants it: who may call what, and what handlers may take as
 * parameters.
 */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

	private final AccessTokens tokens;

	WebConfiguration(AccessTokens tokens) {
		this.tokens = tokens;
	}

	/**
	 * Interceptors run after routing (404 and 405 come first) and before the body is read
	 * (415 to 422 come later).
	 */
	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(cacheControl());
		registry.addInterceptor(new ExactPathInterceptor());
		registry.addInterceptor(RoleInterceptor.anybody(this.tokens))
			.addPathPatterns("/me", "/cart/**", "/checkout", "/orders/**");
		registry.addInterceptor(RoleInterceptor.administrators(this.tokens)).addPathPatterns("/admin/**");
	}

	/**
	 * The Cache-Control of a route (HTTP-7), for its errors too.
	 */
	private static WebContentInterceptor cacheControl() {
		WebContentInterceptor interceptor = new WebContentInterceptor();
		interceptor.setCacheControl(CacheControl.noStore());
		interceptor.addCacheMapping(CacheControl.noCache(), "/products/**", "/openapi.yaml");
		interceptor.addCacheMapping(CacheControl.noCache().cachePrivate(), "/orders/**", "/admin/orders/**");
		return interceptor;
	}

	@Override
	public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
		resolvers.add(new BodyResolver());
		resolvers.add(new RequestResolver());
	}

	@Override
	public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
		configurer.ignoreAcceptHeader(true).defaultContentType(MediaType.APPLICATION_JSON);
	}

	/**
	 * Resolves what is made of the request alone: {@link Query} and {@link Caller}.
	 */
	private static final class RequestResolver implements HandlerMethodArgumentResolver {

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.getParameterType() == Query.class || parameter.getParameterType() == Caller.class;
		}

		@Override
		public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
				NativeWebRequest webRequest, @Nullable WebDataBinderFactory binderFactory) {
			HttpServletRequest request = (HttpServletRequest) webRequest.getNativeRequest();
			return (parameter.getParameterType() == Query.class) ? new Query(request.getQueryString())
					: RoleInterceptor.caller(request);
		}

	}

}
