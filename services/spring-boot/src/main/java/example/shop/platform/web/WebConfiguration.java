package example.shop.platform.web;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.WebContentInterceptor;

/**
 * Spring MVC as the contract wants it.
 */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(cacheControl());
		registry.addInterceptor(new StrictInterceptor());
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
	public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
		configurer.ignoreAcceptHeader(true).defaultContentType(MediaType.APPLICATION_JSON);
	}

	/**
	 * Binds queries by the names that clients use: {@code price_min} is {@code priceMin}.
	 */
	@ControllerAdvice
	static class QueryNames {

		@InitBinder
		void initBinder(WebDataBinder binder) {
			binder.setNameResolver((parameter) -> JdbcUtils
				.convertPropertyNameToUnderscoreName(String.valueOf(parameter.getParameterName())));
		}

	}

}
