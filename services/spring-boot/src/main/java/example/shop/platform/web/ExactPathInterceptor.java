package example.shop.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.servlet.HandlerInterceptor;

import example.shop.platform.problem.Problem;

/**
 * Paths are exact (HTTP-2), while Spring overlooks path parameters: to it {@code /cart;x}
 * is {@code /cart}.
 */
class ExactPathInterceptor implements HandlerInterceptor {

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (request.getRequestURI().indexOf(';') >= 0) {
			throw Problem.NOT_FOUND.exception();
		}
		return true;
	}

}
